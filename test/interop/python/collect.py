"""Send one request and tell of every frame that comes back, also of those that nobody expects.

The client of demessaging shows its first frame only. This one puts fragments together, which the browser's
client does and Python's does not, and stays for a while after the answer.
"""
import asyncio
import base64
import json
import sys
import time

from demessaging.config import WebsocketURLConfig
from demessaging.messaging import MessageProducer


class Collector(MessageProducer):
    frames: list = []

    def on_out_message(self, ws_app, ack):
        print("sent: %s" % json.loads(ack)["result"], file=sys.stderr, flush=True)
        return super().on_out_message(ws_app, ack)

    def on_in_message(self, ws_app, response):
        frame = json.loads(response)
        self.frames.append(frame)
        properties = frame["properties"]
        if "fragment" not in properties:
            return super().on_in_message(ws_app, response)
        ws_app.send(json.dumps({"messageId": frame["messageId"]}))
        fragments = [f for f in self.frames if "fragment" in f["properties"]]
        if len(fragments) == properties["num_fragments"]:
            whole = {**frame, "payload": "".join(f["payload"] for f in fragments)}
            super().on_in_message(ws_app, json.dumps(whole))


topic, url, request, linger = sys.argv[1:]
config = WebsocketURLConfig(topic=topic, websocket_url=url)
collector = Collector(config)
collector.connect()
payload = base64.b64encode(request.encode("utf-8")).decode("ascii")
answer = asyncio.run(collector.send_request({"properties": {}, "payload": payload}))
time.sleep(float(linger))
fragments = [f["properties"].get("fragment") for f in collector.frames]
print(json.dumps({"answer": answer["msg"], "status": answer["status"], "fragments": fragments}))
