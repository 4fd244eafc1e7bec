// Shows each push at once: a push that shows nothing costs the subscription on some phones.
self.addEventListener("push", (event) => {
	const push = event.data ? event.data.json() : {};
	event.waitUntil(
		self.registration.showNotification(push.title || "瞭望 Lookout", {
			body: push.body || "",
			tag: push.incidentId || "lookout",
			renotify: true,
			requireInteraction: push.kind === "fire",
			data: { link: push.link },
			icon: "/icon.svg",
		}),
	);
});

self.addEventListener("notificationclick", (event) => {
	event.notification.close();
	if (event.notification.data.link) event.waitUntil(self.clients.openWindow(event.notification.data.link));
});
