# Takes messages of a Bulkhead webhook. Nothing but Python 3.9 or newer is needed:
#
#   WEBHOOK_SECRET=whsec_… python3 webhook-receiver.py 8000
#
import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Messages that are older or newer than this, in seconds, are somebody's recording.
TOLERANCE = 300


def is_genuine(secret, headers, body):
    """Whether somebody who knows the secret sent exactly this, not long ago (Standard Webhooks)."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # Two while a secret is being changed, separated by a blank.
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(one.encode(), expected.encode()) for one in given)


# Ids of messages that were taken; keep these where a restart does not lose them.
taken = set()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not is_genuine(os.environ["WEBHOOK_SECRET"], self.headers, body):
            return self.answer(401)
        message_id = self.headers["webhook-id"]
        if message_id not in taken:
            event = json.loads(body)
            # Put it where your own work finds it, and answer at once: there are fifteen seconds.
            print(event["id"], event["type"], flush=True)
            taken.add(message_id)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8000), Receiver).serve_forever()
