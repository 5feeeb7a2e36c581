#!/usr/bin/env python3
"""The checks of ../README.md with python-socketio: checks.py URL"""
import platform
import queue
import sys
import time
from importlib.metadata import version

import socketio

PATIENCE = 15
# Longer than the server waits for a pong, and than the client waits for a ping; see ../run.
QUIET_SECONDS = 4
AUTH = {"token": "abc", "nested": {"list": [1, 2]}}
TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}
CUSTOM = "/custom"


def say(*fields):
    print(*fields, sep="\t", flush=True)


def expect(seen, wanted):
    assert seen == wanted, f"expected {wanted!r:.200}, got {seen!r:.200}"


class Peer:
    """One client in both namespaces of the server; what it hears waits in queues."""

    def __init__(self, url, transport):
        self.client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=1)
        self.auths = {"/": queue.Queue(), CUSTOM: queue.Queue()}
        self.answers = {"/": queue.Queue(), CUSTOM: queue.Queue()}
        self.losses = queue.Queue()
        for namespace in self.auths:
            self.client.on("auth", self.auths[namespace].put, namespace=namespace)
            self.client.on("message-back", self.hear(namespace), namespace=namespace)
        self.client.on("disconnect", lambda *reason: self.losses.put(reason))
        self.client.connect(
            url, auth=AUTH, transports=TRANSPORTS[transport], namespaces=list(self.auths), wait_timeout=PATIENCE
        )

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.client.disconnect()

    def hear(self, namespace):
        return lambda *values: self.answers[namespace].put(values)

    def send(self, *values, namespace="/"):
        self.client.emit("message", values, namespace=namespace)

    def answer(self, namespace="/"):
        return self.answers[namespace].get(timeout=PATIENCE)

    def echoes(self, *values, namespace="/"):
        self.send(*values, namespace=namespace)
        expect(self.answer(namespace), values)


def connects(peer, transport):
    expect(peer.client.transport(), "polling" if transport == "polling" else "websocket")


def authenticates(peer, _):
    expect(peer.auths["/"].get(timeout=PATIENCE), AUTH)


def sends_text(peer, _):
    peer.echoes("hello")
    peer.echoes("two", "values")


def sends_unicode(peer, _):
    peer.echoes("Grüße, 世界, \U0001f44b\U0001f3fd, \u2028, \x00, \"\\")


def sends_json(peer, _):
    peer.echoes({"a": [1, -2.5, True, None, {"b": {"c": []}}], "": "empty"}, 7, [])


def sends_binary(peer, _):
    every_byte = bytes(range(256))
    peer.echoes(every_byte)
    peer.echoes({"one": every_byte, "list": [b"\x00", "text", b""]}, every_byte * 400)


def is_acknowledged(peer, _):
    values = ("text", {"n": 1}, b"\x01\x02")
    expect(tuple(peer.client.call("message-with-ack", values, timeout=PATIENCE)), values)


def uses_namespaces(peer, _):
    expect(peer.auths[CUSTOM].get(timeout=PATIENCE), AUTH)
    peer.echoes("hello", b"\x03", namespace=CUSTOM)
    assert peer.answers["/"].empty(), "the other namespace heard it, too"


def keeps_order(peer, _):
    for number in range(200):
        peer.send(number)
    expect([peer.answer()[0] for _ in range(200)], list(range(200)))


def takes_a_burst(peer, _):
    # Each message is four packets. This client closes when one polling answer has more than sixteen.
    messages = [(number, b"one", b"two", b"three") for number in range(48)]
    for message in messages:
        peer.send(*message)
    expect([peer.answer() for _ in messages], messages)


def keeps_the_heartbeat(peer, _):
    time.sleep(QUIET_SECONDS)
    assert peer.losses.empty(), "the connection was lost"
    peer.echoes("still here")


def comes_back(peer, transport):
    authenticates(peer, transport)
    say("restart")
    peer.losses.get(timeout=PATIENCE)
    authenticates(peer, transport)
    peer.echoes("after the restart")
    connects(peer, transport)


CHECKS = {
    "connect": connects,
    "auth": authenticates,
    "text": sends_text,
    "unicode": sends_unicode,
    "json": sends_json,
    "binary": sends_binary,
    "ack": is_acknowledged,
    "namespace": uses_namespaces,
    "order": keeps_order,
    "burst": takes_a_burst,
    "heartbeat": keeps_the_heartbeat,
    "restart": comes_back,
}


def verdict(check, url, transport):
    try:
        with Peer(url, transport) as peer:
            check(peer, transport)
        return ["pass"]
    except Exception as failure:
        return ["fail", repr(failure)]


def main(url):
    say("client", f"python-socketio {version('python-socketio')}, Python {platform.python_version()}")
    for transport in TRANSPORTS:
        for name, check in CHECKS.items():
            say("check", transport, name, *verdict(check, url, transport))


main(sys.argv[1])
