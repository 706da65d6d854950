# Stands for the members' page: takes each message, and writes it down as a line of page.jsonl.
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        with open("page.jsonl", "ab") as lines:
            lines.write(body.strip() + b"\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("127.0.0.1", 8099), Page).serve_forever()
