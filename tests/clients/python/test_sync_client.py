"""python-socketio's Client against the server and the echo."""

import queue
import unittest
from collections import defaultdict

import socketio

import programs
from programs import PATIENCE, Stonechat
from transports import over_each_transport

BURST = 100


class Person:
    """A client, and what it has heard."""

    def __init__(self, test, url, auth=None, namespaces=("/",), answers=None):
        self.heard = defaultdict(queue.Queue)
        self.client = socketio.Client(
            reconnection_delay=0.05, reconnection_delay_max=0.5, handle_sigint=False
        )
        test.addCleanup(self.client.disconnect)
        for namespace in namespaces:
            self.client.on("*", self._note, namespace=namespace)
            for event in ("connect", "disconnect", "connect_error"):
                self.client.on(event, self._noting(event), namespace=namespace)
        if answers is not None:
            self.client.on("question", lambda *question: answers)
        self._connect = lambda: self.client.connect(
            url, auth=auth, transports=test.transports, namespaces=list(namespaces), wait_timeout=PATIENCE
        )

    def connect(self):
        self._connect()
        return self

    def next(self, event):
        """The arguments of the next event of this name."""
        return self.heard[event].get(timeout=PATIENCE)

    def _note(self, event, *arguments):
        self.heard[event].put(arguments)

    def _noting(self, event):
        return lambda *arguments: self._note(event, *arguments)


@over_each_transport(unittest.TestCase)
class Chat:
    def start(self, **settings):
        server = Stonechat(**settings)
        self.addCleanup(server.remove)
        return server

    def join(self, server, **auth):
        """Somebody whom the server has welcomed, and the welcome."""
        person = Person(self, server.url, lambda: auth).connect()
        welcome, *_ = person.next("welcome")
        auth["token"] = welcome["token"]
        return person, welcome

    def test_a_client_is_welcome_and_ends_on_the_last_of_its_transports(self):
        ada, welcome = self.join(self.start(), name="ada")
        self.assertEqual(welcome["user"]["name"], "ada")
        self.assertEqual(ada.client.transport(), self.transports[-1])

    def test_a_client_that_is_refused_is_told_the_code(self):
        server = self.start()
        for auth, code in [({}, "name_invalid"), ({"name": "ada", "token": "g1.AAAA.AAAA"}, "token_invalid")]:
            person = Person(self, server.url, auth)
            with self.assertRaises(socketio.exceptions.ConnectionError):
                person.connect()
            error, = person.next("connect_error")
            self.assertEqual(error["data"]["code"], code)

    def test_a_message_is_acknowledged_and_reaches_everybody(self):
        server = self.start()
        ada, welcome = self.join(server, name="ada")
        bob, _ = self.join(server, name="bob")
        answer = ada.client.call("send", {"room": "lobby", "body": "Grüße 🐦"}, timeout=PATIENCE)
        self.assertEqual((answer["ok"], answer["seq"]), (True, 1))
        for person in (ada, bob):
            message, *_ = person.next("message")
            self.assertEqual((message["body"], message["user"]["id"]), ("Grüße 🐦", welcome["user"]["id"]))

    def test_handlers_get_an_offset_behind_welcome_and_message(self):
        ada = Person(self, self.start().url, {"name": "ada"}).connect()
        _, offset = ada.next("welcome")
        ada.client.emit("send", "hello")
        _, later = ada.next("message")
        self.assertIsInstance(offset, str)
        self.assertNotEqual(offset, later)

    def test_handlers_get_no_offset_without_recovery(self):
        ada = Person(self, self.start().url, {"name": "ada", "recovery": False}).connect()
        ada.client.emit("send", "hello")
        self.assertEqual(len(ada.next("welcome")), 1)
        self.assertEqual(len(ada.next("message")), 1)

    # python-engineio gives up a connection when an answer has more than 16 packets.
    def test_a_burst_of_messages_arrives_whole_and_in_order(self):
        server = self.start(limits__messages_per_second=0)
        ada, _ = self.join(server, name="ada")
        bob, _ = self.join(server, name="bob")
        for number in range(BURST):
            bob.client.emit("send", f"message {number}")
        heard = [ada.next("message")[0] for _ in range(BURST)]
        self.assertEqual([message["body"] for message in heard], [f"message {number}" for number in range(BURST)])
        self.assertEqual([message["seq"] for message in heard], list(range(1, BURST + 1)))
        self.assertTrue(ada.heard["disconnect"].empty())

    def test_a_client_comes_back_after_a_kill_as_the_same_person(self):
        server = self.start()
        ada, welcome = self.join(server, name="ada")
        server.kill()
        ada.next("disconnect")
        server.start()
        again, *_ = ada.next("welcome")
        self.assertEqual(again["user"], welcome["user"])
        answer = ada.client.call("send", "I am back", timeout=PATIENCE)
        self.assertEqual((answer["ok"], answer["seq"]), (True, 1))


@over_each_transport(unittest.TestCase)
class Echo:
    @classmethod
    def setUpClass(cls):
        cls.echo = programs.echo()
        cls.addClassCleanup(cls.echo.kill)

    def connect(self, **options):
        return Person(self, self.echo.url, **options).connect()

    def test_auth_arrives(self):
        ada = self.connect(auth={"token": "Grüße 🐦", "more": [1, None]})
        self.assertEqual(ada.next("auth"), ({"token": "Grüße 🐦", "more": [1, None]},))

    def test_attachments_come_back_where_they_were(self):
        ada = self.connect()
        values = (b"\x01\x02", {"deep": [b"", {"deeper": bytes(range(256))}]}, "text")
        ada.client.emit("message", values)
        self.assertEqual(ada.next("message-back"), values)

    def test_an_acknowledgement_has_attachments_too(self):
        ada = self.connect()
        value = {"parts": [b"one", b"two"], "name": "parts"}
        self.assertEqual(ada.client.call("message-with-ack", value, timeout=PATIENCE), value)

    def test_the_servers_question_is_answered_with_attachments_both_ways(self):
        ada = self.connect(answers=("mine", b"\x04\x05"))
        ada.client.emit("ask-me", {"how": b"\x01"})
        self.assertEqual(ada.next("answered"), ("mine", b"\x04\x05"))

    def test_two_namespaces_share_a_connection(self):
        ada = self.connect(namespaces=("/", "/custom"))
        self.assertEqual(ada.client.call("message-with-ack", "hello", namespace="/custom", timeout=PATIENCE), "hello")
        self.assertEqual(ada.client.call("message-with-ack", "hello", timeout=PATIENCE), "hello")
        self.assertNotEqual(ada.client.get_sid("/"), ada.client.get_sid("/custom"))

    def test_a_namespace_that_does_not_exist_is_refused(self):
        ada = Person(self, self.echo.url, namespaces=("/elsewhere",))
        with self.assertRaises(socketio.exceptions.ConnectionError):
            ada.connect()
        self.assertEqual(ada.next("connect_error"), ({"message": "Invalid namespace"},))


if __name__ == "__main__":
    unittest.main()
