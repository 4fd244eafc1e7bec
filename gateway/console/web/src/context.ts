import { createContext, useContext } from "react";
import type { Me } from "./api-types.ts";
import type { Language, Words } from "./i18n.ts";

/** Who is at the page, and in which language. */
export interface Reader {
	w: Words;
	language: Language;
	onLanguage: (language: Language) => void;
	me: Me;
	/** Asks anew who is logged in, after he has signed on or changed himself. */
	onMe: () => void;
	onLogout: () => void;
}

const ReaderContext = createContext<Reader | undefined>(undefined);
export const ReaderProvider = ReaderContext.Provider;

export function useReader(): Reader {
	const reader = useContext(ReaderContext);
	if (!reader) throw new Error("no reader above");
	return reader;
}

export function useWords(): Words {
	return useReader().w;
}

/** Whether whoever is logged in may do something. */
export function useMay(right: Me["rights"][number]): boolean {
	return useReader().me.rights.includes(right);
}
