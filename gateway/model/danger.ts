/** Forest fire danger as declared for a day: 1 low ... 5 extreme (森林火险等级, five levels as in LY/T 1172-95). */
export interface Danger {
	level: 1 | 2 | 3 | 4 | 5;
	/** Who declared it. */
	by: string;
	at: number;
	/** No longer known after this, ms since 1970. */
	until: number;
}
