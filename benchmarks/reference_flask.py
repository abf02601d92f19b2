"""The gallery as the reference deployment has it (Flask, PyMySQL with a connection for each request, boto3's presigned
URLs), written once to be measured against: the same 24 pictures, cards and words around them as ours.

What flatters it: TLS to the database is off, it looks for no older page, and it escapes and shows no states."""

import os
from typing import Any

import boto3
import pymysql
from botocore.config import Config
from flask import Flask, g, render_template_string

PAGE = 24
TEMPLATE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Gallery · Image annotations</title>
  <link rel="stylesheet" href="{{ url_for('static', filename='site.css') }}">
</head>
<body>
  <header class="bar"><div class="wide"><a class="brand" href="{{ url_for('gallery') }}">Image annotations</a>
    <nav aria-label="Main"><a href="/">Upload</a> <a href="{{ url_for('gallery') }}">Gallery</a></nav></div></header>
  <main id="content" class="wide"><div class="head"><h1>Gallery</h1>
    <form class="search" role="search" method="get"><label for="q">Search captions, tags and names</label>
      <input type="search" id="q" name="q" maxlength="200"><button type="submit">Search</button></form></div>
<ul class="cards">{% for image in images %}<li class="card">
  <a class="frame" href="/images/{{ image.uuid }}"><img src="{{ image.url }}"
     alt="{{ image.alt_text or image.caption }}" lang="{{ image.caption_language }}" loading="lazy"
     decoding="async"></a>
  <p class="text"><span lang="{{ image.caption_language }}">{{ image.caption }}</span></p>
</li>{% endfor %}</ul>
  </main>
  <footer class="wide">Captions are written by a machine unless a person is named, and can be wrong.</footer>
</body>
</html>
"""

app = Flask(__name__)
s3 = boto3.client("s3", config=Config(signature_version="s3v4"))


def database() -> Any:
    if "connection" not in g:
        g.connection = pymysql.connect(
            unix_socket=os.environ["SOCKET"], user="root", database=os.environ["DATABASE_NAME"], ssl_disabled=True,
            cursorclass=pymysql.cursors.DictCursor,
        )  # fmt: skip
    return g.connection


@app.teardown_appcontext
def close(error: BaseException | None) -> None:
    if "connection" in g:
        g.pop("connection").close()


@app.get("/gallery")
def gallery() -> str:
    with database().cursor() as cursor:
        cursor.execute(
            "SELECT * FROM images WHERE visibility = 'visible' ORDER BY uploaded_at DESC, id DESC LIMIT %s", (PAGE,)
        )
        images = cursor.fetchall()
    for image in images:
        parameters = {"Bucket": os.environ["S3_BUCKET"], "Key": image["thumbnail_key"]}
        image["url"] = s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=3600)
    return render_template_string(TEMPLATE, images=images)


@app.get("/empty")
def empty() -> str:
    return ""
