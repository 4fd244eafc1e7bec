import { MantineProvider } from "@mantine/core";
import "@mantine/core/styles.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "./page.css";
import { theme } from "./theme.ts";

/** What the gateway refuses it refuses again; what it does not answer is asked for once more. */
const isWorthAnother = (count: number, error: Error) => count < 1 && !("status" in error);

const queries = new QueryClient({
	defaultOptions: { queries: { retry: isWorthAnother, staleTime: 5_000, refetchOnWindowFocus: true } },
});

createRoot(document.getElementById("root") as HTMLElement).render(
	<MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
		<QueryClientProvider client={queries}>
			<App />
		</QueryClientProvider>
	</MantineProvider>,
);
