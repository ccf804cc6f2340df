"""An OpenID Connect provider in a process of its own on loopback, with real keys and real tokens.

It signs in whoever its command line says, and can be told to lie in one way.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
CODES: dict[str, dict[str, str]] = {}
SUBJECT, ROLES, LIE = sys.argv[1], sys.argv[2].split(","), sys.argv[3] if len(sys.argv) > 3 else ""


class Provider(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    @property
    def issuer(self):
        return f"http://localhost:{self.server.server_port}"

    def do_GET(self):
        path, asked = urlsplit(self.path).path, {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            self._say({"issuer": self.issuer} | {name: self.issuer + end for name, end in ends.items()})
        elif path == "/keys":
            self._say(KeySet([KEY]).as_dict(private=False))
        elif path == "/authorize" and asked["code_challenge_method"] == "S256":
            code = f"code{len(CODES)}"
            CODES[code] = asked
            self.send_response(302)
            self.send_header(
                "Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
            )
            self.end_headers()
        else:
            self._say({"error": "invalid_request"}, 400)

    def do_POST(self):
        asked = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        begun = CODES.pop(asked.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if begun is None or proof != begun["code_challenge"] or asked["redirect_uri"] != begun["redirect_uri"]:
            self._say({"error": "invalid_grant"}, 400)
            return
        self._say({"access_token": "x", "token_type": "Bearer", "id_token": self._token(begun)})

    def _token(self, begun):
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": SUBJECT, "aud": begun["client_id"], "iat": now, "exp": now + 300}
        claims |= {"nonce": begun["nonce"], "roles": ROLES, "name": "Ada Lovelace"}
        claims |= {"email": "ada@example.org", "email_verified": True}
        lies = {"issuer": {"iss": "http://other"}, "audience": {"aud": "other"}, "nonce": {"nonce": "other"}}
        lies |= {"expired": {"exp": now - 3600}, "several": {"aud": [begun["client_id"], "other"], "azp": "other"}}
        claims |= lies.get(LIE, {})
        if LIE == "unsigned":
            parts = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in ({"alg": "none"}, claims)]
            return (b".".join(parts) + b".").decode()
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, OTHER if LIE == "signature" else KEY)

    def _say(self, record, status=200):
        body = json.dumps(record).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("localhost", 0), Provider)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
