import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { DeskPage } from "./desk/desk.tsx";
import { Frame } from "./shell/frame.tsx";
import { Failed, NotFound } from "./shell/not-found.tsx";
import { loading } from "./ui/loading.ts";

/** The addresses of the pages: each can be sent to somebody, and the browser's way back leads through them. */
const root = createRootRoute({ component: Frame, notFoundComponent: NotFound, errorComponent: Failed });
const page = <P extends string>(path: P, component: () => React.ReactNode) =>
	createRoute({ getParentRoute: () => root, path, component });
const lazy = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
	createRoute({
		getParentRoute: () => root,
		path,
		component: lazyRouteComponent(loading(load) as never, name as never),
	});

const routes = [
	createRoute({
		getParentRoute: () => root,
		path: "/",
		beforeLoad: () => {
			throw redirect({ to: "/desk", replace: true });
		},
	}),
	page("/desk", DeskPage),
	page("/desk/$id", DeskPage),
	lazy("/map", () => import("./map/map-page.tsx"), "MapPage"),
	lazy("/incidents", () => import("./incidents/list.tsx"), "IncidentsPage"),
	lazy("/incidents/$id", () => import("./incidents/file.tsx"), "FilePage"),
	lazy("/cameras", () => import("./cameras/cameras.tsx"), "CamerasPage"),
	lazy("/cameras/$id", () => import("./cameras/camera-page.tsx"), "CameraPage"),
	lazy("/sensors", () => import("./sensors/sensors.tsx"), "SensorsPage"),
	lazy("/sensors/$id", () => import("./sensors/sensor.tsx"), "SensorPage"),
	lazy("/people", () => import("./people/people.tsx"), "PeoplePage"),
	lazy("/people/$id", () => import("./people/person.tsx"), "PersonPageView"),
	lazy("/duty", () => import("./duty/duty.tsx"), "DutyPage"),
	lazy("/numbers", () => import("./numbers/numbers.tsx"), "NumbersPage"),
	lazy("/system", () => import("./system/system.tsx"), "SystemPage"),
	lazy("/system/users", () => import("./access/users.tsx"), "UsersPage"),
	lazy("/system/api", () => import("./system/api-page.tsx"), "ApiPage"),
	lazy("/account", () => import("./access/account.tsx"), "AccountPage"),
];

export const router = createRouter({
	routeTree: root.addChildren(routes),
	defaultPreload: "intent",
	defaultErrorComponent: Failed,
});

declare module "@tanstack/react-router" {
	interface Register {
		router: typeof router;
	}
}
