#!/bin/sh
# Rebuilds src/motcua/web/static/motcua (css, js, icons) from frontend/. Needs Node 20 or newer: first `npm ci` in this folder.
# Fonts change once in years and have a build of their own: fonts/build.py.
set -eu
cd "$(dirname "$0")"
out=../src/motcua/web/static/motcua
mkdir -p "$out/fonts"

node_modules/.bin/esbuild css/main.css --bundle --minify --charset=utf8 --target=chrome80,firefox78,safari13 \
  '--external:*.woff2' --outfile="$out/motcua.css" --log-level=warning
for entry in main:motcua intake:intake steps:steps till:till files:files complete:complete visit:visit visit-worker:visit-worker place:place; do
  node_modules/.bin/esbuild "js/${entry%%:*}.js" --bundle --minify --charset=utf8 --format=esm --target=es2019 \
    --outfile="$out/${entry##*:}.js" --log-level=warning
done
cp icons/favicon.svg "$out/favicon.svg"
