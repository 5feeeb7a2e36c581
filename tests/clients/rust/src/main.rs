//! The checks of ../../README.md with rust_socketio: checks URL

use std::sync::mpsc::{channel, Receiver};
use std::thread::sleep;
use std::time::Duration;

use rust_socketio::{client::Client, ClientBuilder, Event, Payload, TransportType};
use serde_json::{json, Value};

const PATIENCE: Duration = Duration::from_secs(15);
// Longer than the server waits for a pong, and than the client waits for a ping; see ../../run.
const QUIET: Duration = Duration::from_secs(4);
const RECORD_SEPARATOR: u8 = 0x1e;

type Outcome = Result<(), String>;
type Check = fn(&mut Peer) -> Outcome;

fn auth() -> Value {
    json!({"token": "abc", "nested": {"list": [1, 2]}})
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn expect(seen: Payload, wanted: Payload) -> Outcome {
    if seen == wanted {
        return Ok(());
    }
    Err(format!("expected {wanted:.200?}, got {seen:.200?}"))
}

/// One client in one namespace, which is all that this library has on a connection.
struct Peer {
    url: String,
    transport: TransportType,
    client: Client,
    auths: Receiver<Payload>,
    answers: Receiver<Payload>,
    closes: Receiver<Payload>,
}

impl Peer {
    fn connect(url: &str, transport: TransportType, namespace: &str) -> Result<Self, String> {
        let ((auth_to, auths), (answer_to, answers), (close_to, closes)) = (channel(), channel(), channel());
        let client = ClientBuilder::new(url)
            .namespace(namespace)
            .transport_type(transport.clone())
            .auth(auth())
            .reconnect_delay(100, 500)
            .on("auth", move |payload, _| drop(auth_to.send(payload)))
            .on("message-back", move |payload, _| drop(answer_to.send(payload)))
            .on(Event::Close, move |payload, _| drop(close_to.send(payload)))
            .connect()
            .map_err(words)?;
        let peer = Peer { url: url.to_string(), transport, client, auths, answers, closes };
        peer.authenticates()?;
        Ok(peer)
    }

    // What the server says first.
    fn authenticates(&self) -> Outcome {
        expect(self.auths.recv_timeout(PATIENCE).map_err(words)?, auth().into())
    }

    fn send(&self, payload: impl Into<Payload>) -> Outcome {
        self.client.emit("message", payload).map_err(words)
    }

    fn is_answered(&self, payload: impl Into<Payload>) -> Outcome {
        expect(self.answers.recv_timeout(PATIENCE).map_err(words)?, payload.into())
    }

    fn echoes(&self, payload: impl Into<Payload> + Clone) -> Outcome {
        self.send(payload.clone())?;
        self.is_answered(payload)
    }
}

// The library does not tell its transport; WebsocketUpgrade fails when there is no upgrade.
fn connects(peer: &mut Peer) -> Outcome {
    peer.echoes(json!("connected"))
}

fn authenticates(_: &mut Peer) -> Outcome {
    Ok(()) // Every peer has waited for it.
}

fn sends_text(peer: &mut Peer) -> Outcome {
    peer.echoes(json!("hello"))?;
    peer.echoes(vec![json!("two"), json!("values")])
}

fn sends_unicode(peer: &mut Peer) -> Outcome {
    peer.echoes(json!("Grüße, 世界, 👋🏽, \u{2028}, \0, \"\\"))
}

fn sends_json(peer: &mut Peer) -> Outcome {
    let nested = json!({"a": [1, -2.5, true, null, {"b": {"c": []}}], "": "empty"});
    peer.echoes(vec![nested, json!(7), json!([])])
}

// Not offered by the client: more than one attachment, and bytes within JSON. Over WebSocket it cuts what it receives at
// RECORD_SEPARATOR.
fn sends_binary(peer: &mut Peer) -> Outcome {
    let every_byte: Vec<u8> = (0..=255).filter(|byte| *byte != RECORD_SEPARATOR).collect();
    peer.echoes(every_byte.clone())?;
    peer.echoes(every_byte.repeat(400))
}

// Not offered by the client: bytes, which it would send as an acknowledgement of its own.
fn is_acknowledged(peer: &mut Peer) -> Outcome {
    let (heard, answer) = channel();
    let values = || Payload::from(vec![json!("text"), json!({"n": 1})]);
    peer.client
        .emit_with_ack("message-with-ack", values(), PATIENCE, move |payload, _| drop(heard.send(payload)))
        .map_err(words)?;
    // The library hands over all of them as one array.
    expect(answer.recv_timeout(PATIENCE).map_err(words)?, json!(["text", {"n": 1}]).into())
}

fn uses_namespaces(peer: &mut Peer) -> Outcome {
    let custom = Peer::connect(&peer.url, peer.transport.clone(), "/custom")?;
    custom.echoes(json!("hello"))?;
    custom.echoes(vec![3u8])?;
    custom.client.disconnect().map_err(words)
}

fn keeps_order(peer: &mut Peer) -> Outcome {
    (0..200).try_for_each(|number| peer.send(json!(number)))?;
    (0..200).try_for_each(|number| peer.is_answered(json!(number)))
}

fn takes_a_burst(peer: &mut Peer) -> Outcome {
    let mut messages = (0..48u8).map(|number| vec![b'0' + number; 100]);
    messages.clone().try_for_each(|message| peer.send(message))?;
    messages.try_for_each(|message| peer.is_answered(message))
}

fn keeps_the_heartbeat(peer: &mut Peer) -> Outcome {
    sleep(QUIET);
    if peer.closes.try_recv().is_ok() {
        return Err("the connection was lost".to_string());
    }
    peer.echoes(json!("still here"))
}

fn comes_back(peer: &mut Peer) -> Outcome {
    println!("restart");
    peer.closes.recv_timeout(PATIENCE).map_err(words)?;
    peer.authenticates()?;
    peer.echoes(json!("after the restart"))
}

const CHECKS: [(&str, Check); 12] = [
    ("connect", connects),
    ("auth", authenticates),
    ("text", sends_text),
    ("unicode", sends_unicode),
    ("json", sends_json),
    ("binary", sends_binary),
    ("ack", is_acknowledged),
    ("namespace", uses_namespaces),
    ("order", keeps_order),
    ("burst", takes_a_burst),
    ("heartbeat", keeps_the_heartbeat),
    ("restart", comes_back),
];

fn run(check: Check, url: &str, transport: TransportType) -> Outcome {
    let mut peer = Peer::connect(url, transport, "/")?;
    check(&mut peer)?;
    peer.client.disconnect().map_err(words)
}

fn main() {
    let url = std::env::args().nth(1).expect("checks URL");
    println!("client\trust_socketio 0.6.0");
    let transports = [
        ("polling", TransportType::Polling),
        ("websocket", TransportType::Websocket),
        ("upgrade", TransportType::WebsocketUpgrade),
    ];
    for (transport_name, transport) in transports {
        for (name, check) in CHECKS {
            match run(check, &url, transport.clone()) {
                Ok(()) => println!("check\t{transport_name}\t{name}\tpass"),
                Err(reason) => println!("check\t{transport_name}\t{name}\tfail\t{reason}"),
            }
        }
    }
}
