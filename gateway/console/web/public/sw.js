importScripts("/order.js");

/** Shows each push at once: a push that shows nothing costs the subscription on some phones. */
async function show(push) {
	const tag = push.tag || push.incidentId || "lookout";
	const [there] = await self.registration.getNotifications({ tag }).catch(() => []);
	const shown = push.tag ? push : self.toShow(there?.data?.push, push);
	await self.registration.showNotification(shown.title || "瞭望 Lookout", {
		body: shown.body || "",
		tag,
		// silent and renotify exclude each other
		renotify: !push.silent,
		silent: push.silent === true,
		requireInteraction: shown.kind === "fire" && shown.task !== "standDown",
		data: { link: shown.link, push: shown },
		icon: "/icon.svg",
	});
	// the gateway learns that the message has arrived: a push service says only that it took it
	if (push.delivery)
		await fetch("/api/phone/shown", {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ delivery: push.delivery }),
		});
}

self.addEventListener("push", (event) => {
	event.waitUntil(show(event.data ? event.data.json() : {}).catch(() => {}));
});

self.addEventListener("notificationclick", (event) => {
	event.notification.close();
	if (event.notification.data.link) event.waitUntil(self.clients.openWindow(event.notification.data.link));
});

/**
 * The pages of phones, as they were last: without signal they open all the same, and say so. Interfaces are never kept.
 */
const KEPT = "lookout-pages";

self.addEventListener("fetch", (event) => {
	const { request } = event;
	const { origin, pathname } = new URL(request.url);
	const isPage = pathname === "/i.html" || pathname.startsWith("/assets/") || pathname === "/icon.svg";
	if (request.method !== "GET" || origin !== self.location.origin || !isPage) return;
	event.respondWith(
		fetch(request)
			.then(async (response) => {
				if (response.ok) await (await caches.open(KEPT)).put(request, response.clone());
				return response.ok ? response : ((await caches.match(request)) ?? response);
			})
			.catch(async () => (await caches.match(request)) ?? Response.error()),
	);
});

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
