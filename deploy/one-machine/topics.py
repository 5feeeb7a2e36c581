"""Makes those of Homeroom's topics that are missing, once the broker answers: topics.py BROKER

What is there is left as it is. CERTIFICATE names the broker's certificate, PASSWORDS its settings, of which the password of the user "broker" is taken.
"""

import os
import re
import sys
import time

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

PATIENCE = 90  # seconds until the broker answers
DAY = 24 * 60 * 60 * 1000

# Commands are kept for less time than store.keep_events, within which each is known to have been done.
TOPICS = [
    ("homeroom.events", 12, 30 * DAY),
    ("homeroom.events.dlq", 1, 30 * DAY),
    ("homeroom.commands", 12, 7 * DAY),
    ("homeroom.commands.dlq", 1, 30 * DAY),
]


def client(broker):
    with open(os.environ["PASSWORDS"], encoding="utf-8") as settings:
        password = re.search(r'user_broker="([^"]+)"', settings.read()).group(1)
    return AdminClient(
        {
            "bootstrap.servers": broker,
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": os.environ["CERTIFICATE"],
            "sasl.mechanism": "PLAIN",
            "sasl.username": "broker",
            "sasl.password": password,
            "reconnect.backoff.max.ms": 500,
            "log_level": 0,
        }
    )


def topics_once_it_answers(admin):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return admin.list_topics(timeout=5).topics
        except KafkaException:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def main():
    admin = client(sys.argv[1])
    there = topics_once_it_answers(admin)
    missing = [
        NewTopic(name, partitions, replication_factor=1, config={"retention.ms": str(kept)})
        for name, partitions, kept in TOPICS
        if name not in there
    ]
    if missing:
        for made in admin.create_topics(missing, operation_timeout=30).values():
            made.result()


if __name__ == "__main__":
    try:
        main()
    except KafkaException as error:
        sys.exit(f"topics.py: {error}")
