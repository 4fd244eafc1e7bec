import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Login } from "./access/login.tsx";
import { Welcome, welcomeToken } from "./access/welcome.tsx";
import { call } from "./api.ts";
import type { Me } from "./api-types.ts";
import { ReaderProvider } from "./context.ts";
import { FeedProvider, useKnown, useNewFeed } from "./feed/use-feed.ts";
import { type Language, preferred, type Words, words } from "./i18n.ts";
import { router } from "./router.tsx";
import { useAlarm } from "./shell/alarm.ts";
import { AlarmProvider } from "./shell/use-alarm.ts";

/** Log-in first; behind it the pages, each with its address. */
export function App() {
	const [language, setLanguage] = useState<Language>(preferred);
	const [welcome, setWelcome] = useState(welcomeToken);
	const queries = useQueryClient();
	const w = useMemo(() => words(language), [language]);
	useEffect(() => {
		localStorage.setItem("language", language);
		document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
	}, [language]);
	const me = useQuery({ queryKey: ["me"], queryFn: () => call("GET /api/me"), enabled: welcome === undefined });
	const onMe = useCallback(() => void queries.invalidateQueries({ queryKey: ["me"] }), [queries]);
	const onLogout = useCallback(() => {
		queries.clear();
		void queries.resetQueries({ queryKey: ["me"] });
	}, [queries]);
	const access = { w, language, onLanguage: setLanguage };
	if (welcome !== undefined)
		return (
			<Welcome
				token={welcome}
				{...access}
				onDone={() => {
					setWelcome(undefined);
					onMe();
				}}
			/>
		);
	if (me.isPending) return null;
	if (!me.data) return <Login {...access} onDone={onMe} />;
	return <Inside {...access} me={me.data} onMe={onMe} onLogout={onLogout} />;
}

const openFire = (id: string) => void router.navigate({ to: "/desk/$id", params: { id } });

interface InsideProps {
	w: Words;
	language: Language;
	onLanguage: (language: Language) => void;
	me: Me;
	onMe: () => void;
	onLogout: () => void;
}

function Inside(props: InsideProps) {
	const alarm = useAlarm(props.w, openFire);
	const feed = useNewFeed({ onNews: alarm.onNews, onOpened: alarm.onOpened, onLogout: props.onLogout });
	return (
		<FeedProvider value={feed}>
			<AlarmProvider value={alarm}>
				<Pages {...props} />
			</AlarmProvider>
		</FeedProvider>
	);
}

/** The pages, once the gateway has said what there is; times are those of its tower. */
function Pages({ w: plain, language, onLanguage, me, onMe, onLogout }: InsideProps) {
	const { state } = useKnown();
	const timeZone = state?.tower.timeZone;
	const w = useMemo(() => words(language, timeZone), [language, timeZone]);
	const reader = useMemo(
		() => ({ w, language, onLanguage, me, onMe, onLogout }),
		[w, language, onLanguage, me, onMe, onLogout],
	);
	if (!state) return <p className="waiting">{plain.disconnected}</p>;
	return (
		<ReaderProvider value={reader}>
			<RouterProvider router={router} />
		</ReaderProvider>
	);
}
