"""A process that answers as Nominatim, Photon or Pelias does, and as each does when it fails; prints its port."""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def nominatim(asked):
    if set(asked) != {"q", "format", "addressdetails", "limit"} or asked["format"] != ["jsonv2"]:
        return {"error": "wrong parameters"}
    house = {"lat": "0.5", "lon": "1.5", "display_name": "7, Long Lane, Bville, France", "addresstype": "place"}
    house |= {"address": {"house_number": "7", "road": "Long Lane", "country_code": "fr", "state": "Somewhere"}}
    road = {"lat": "0.6", "lon": "0.5", "display_name": "Long Lane, Aville, France", "address": {"country_code": "fr"}}
    return [] if "nothing" in asked["q"][0] else [house, road]


def photon(asked):
    if set(asked) != {"q", "limit"}:
        return {"message": "wrong parameters"}
    known = {"housenumber": "7", "street": "Long Lane", "city": "Bville", "postcode": "99", "countrycode": "FR"}
    return _features([(known | {"country": "France"}, [1.5, 0.5])])


def pelias(asked):
    if set(asked) != {"text", "size"}:
        return {"geocoding": {"errors": ["wrong parameters"]}}
    first = {"label": "7 Long Lane, Bville, France", "confidence": 0.95, "country_code": "FR"}
    second = {"label": "7 Long Lane, Aville, France", "confidence": 0.93, "country_code": "FR"}
    return _features([(first, [1.5, 0.5]), (second, [0.5, 0.5])])


def _features(found):
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": known, "geometry": {"type": "Point", "coordinates": point}}
            for known, point in found
        ],
    }


ANSWERS = {"/search": nominatim, "/api": photon, "/v1/search": pelias}


class Peer(BaseHTTPRequestHandler):
    def do_GET(self):
        where = urlsplit(self.path)
        asked = parse_qs(where.query)
        text = " ".join(asked.get("q", asked.get("text", [""])))
        status, headers = (429, {"Retry-After": "60"}) if "busy" in text else (500 if "broken" in text else 200, {})
        if "slow" in text:
            time.sleep(20)
        body = json.dumps(ANSWERS[where.path](asked)) if "garbled" not in text else "<html>no"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    print(server.server_port, flush=True)
    sys.stdout.close()
    server.serve_forever()
