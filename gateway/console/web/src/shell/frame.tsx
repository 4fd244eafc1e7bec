import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled } from "../i18n.ts";
import { useRegisterChanged } from "../people/register.ts";
import { useStored } from "../ui/use-stored.ts";
import { Announcer } from "./announcer.tsx";
import { FaultLines } from "./fault-lines.tsx";
import { Head } from "./head.tsx";
import { Navigation } from "./navigation.tsx";
import { NewFires } from "./new-fires.tsx";
import { WallProvider } from "./use-wall.ts";

const SavedNotices = lazy(() => import("../people/saved.tsx").then((m) => ({ default: m.SavedNotices })));

/** Whatever is shown of the register is asked for anew when another is in force: by a file, or by somebody else. */
function useRegister(version: string): void {
	const changed = useRegisterChanged();
	const shown = useRef(version);
	useEffect(() => {
		if (shown.current !== version) changed();
		shown.current = version;
	}, [version, changed]);
}

/** What stands around each page: how the watch stands, the way to the other pages, and what rings. */
export function Frame() {
	const { w } = useReader();
	const { tower, isFrozen, silentS } = useDesk();
	useRegister(tower.register);
	const [isWall, setWall] = useStored("wall", false);
	const isDesk = useRouterState({ select: (s) => s.location.pathname.startsWith("/desk") });
	const isBare = isWall && isDesk;
	useEscape(isBare, () => setWall(false));
	return (
		<WallProvider value={isBare}>
			<div className={isBare ? "frame wall" : "frame"}>
				<a className="skip" href="#page">
					{w.nav.skip}
				</a>
				<Head onWall={() => setWall(true)} onLeaveWall={() => setWall(false)} />
				{!isBare && <Navigation />}
				<main id="page" tabIndex={-1}>
					{isFrozen && (
						<p className="line alert" role="alert">
							{filled(w, w.frozen, { seconds: silentS })}
						</p>
					)}
					<NewFires />
					<FaultLines tower={tower} w={w} />
					<Outlet />
				</main>
				<Announcer />
				<Suspense>
					<SavedNotices />
				</Suspense>
			</div>
		</WallProvider>
	);
}

/** Leaves the wall. */
function useEscape(isOn: boolean, leave: () => void): void {
	const last = useRef(leave);
	last.current = leave;
	useEffect(() => {
		if (!isOn) return;
		const pressed = (e: KeyboardEvent) => e.key === "Escape" && last.current();
		addEventListener("keydown", pressed);
		return () => removeEventListener("keydown", pressed);
	}, [isOn]);
}
