// The service worker of /buoi-lam-viec/: keeps one page without anybody's data, its styles and its scripts, so that one can write without a network.
// `self.kept` comes from the server: {name, shell, assets}; the name changes when anything in it does.
/* global self, caches */
const { name, shell, assets } = self.kept;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll([shell, ...assets])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const older = (key) => key.startsWith("visits-") && key !== name;
  event.waitUntil(caches.keys()
    .then((keys) => Promise.all(keys.filter(older).map((key) => caches.delete(key))))
    .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (assets.includes(pathname)) {
    event.respondWith(caches.match(request, { cacheName: name }).then((found) => found || fetch(request)));
  } else if (request.mode === "navigate" && pathname.endsWith("/ghi-chep/")) {
    // The network first; nothing of the page that it gives is kept, for it names who is signed in.
    event.respondWith(fetch(request).catch(() => caches.match(shell, { cacheName: name })));
  }
});
