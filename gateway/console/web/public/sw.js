// Shows each push at once: a push that shows nothing costs the subscription on some phones.
self.addEventListener("push", (event) => {
	const push = event.data ? event.data.json() : {};
	const shown = self.registration
		.showNotification(push.title || "瞭望 Lookout", {
			body: push.body || "",
			tag: push.incidentId || "lookout",
			renotify: true,
			requireInteraction: push.kind === "fire",
			data: { link: push.link },
			icon: "/icon.svg",
		})
		// the gateway learns that the message has arrived: a push service says only that it took it
		.then(
			() =>
				push.delivery &&
				fetch("/api/phone/shown", {
					method: "POST",
					headers: { "content-type": "application/json" },
					body: JSON.stringify({ delivery: push.delivery }),
				}),
		)
		.catch(() => {});
	event.waitUntil(shown);
});

self.addEventListener("notificationclick", (event) => {
	event.notification.close();
	if (event.notification.data.link) event.waitUntil(self.clients.openWindow(event.notification.data.link));
});
