import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { call } from "../api.ts";
import type { DeskState } from "../api-types.ts";
import { Feed, type Hooks, type Known } from "./feed.ts";

const FeedContext = createContext<Feed | undefined>(undefined);
export const FeedProvider = FeedContext.Provider;

/** A feed that lives as long as the log-in: `onLogout` is told when that has run out. */
export function useNewFeed(asked: Pick<Hooks, "onNews" | "onOpened"> & { onLogout: () => void }): Feed {
	const queries = useQueryClient();
	const hooks = useRef(asked);
	hooks.current = asked;
	const feed = useMemo(
		() =>
			new Feed({
				onTouched: (id) => void queries.invalidateQueries({ queryKey: ["incident", id] }),
				onNews: (news) => hooks.current.onNews(news),
				onOpened: (incidents) => hooks.current.onOpened(incidents),
				onAgain: () => void queries.invalidateQueries(),
				// an EventSource hides the status: ask whether the log-in has run out
				onRefused: () =>
					void call("GET /api/me").catch((e: { status?: number }) => e.status === 401 && hooks.current.onLogout()),
			}),
		[queries],
	);
	useEffect(() => {
		feed.start();
		return () => feed.stop();
	}, [feed]);
	return feed;
}

export function useKnown(): Known {
	const feed = useContext(FeedContext);
	if (!feed) throw new Error("no feed above");
	return useSyncExternalStore(feed.subscribe, feed.known);
}

/** The state, on pages that are shown only once it is there. */
export function useDesk(): Omit<Known, "state"> & DeskState {
	const { state, ...known } = useKnown();
	if (!state) throw new Error("no state yet");
	return { ...state, ...known };
}
