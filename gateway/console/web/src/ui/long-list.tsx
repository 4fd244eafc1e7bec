import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";

interface LongListProps<T> {
	items: readonly T[];
	keyOf: (item: T, n: number) => string;
	/** Before it is measured, px. */
	heightOf: (item: T) => number;
	className: string;
	children: (item: T) => ReactNode;
}

/** A list that scrolls, of which only what is seen is there, however long it is. */
export function LongList<T>({ items, keyOf, heightOf, className, children }: LongListProps<T>) {
	const scroll = useRef<HTMLDivElement>(null);
	const virtual = useVirtualizer({
		count: items.length,
		getScrollElement: () => scroll.current,
		estimateSize: (n) => {
			const item = items[n];
			return item === undefined ? 0 : heightOf(item);
		},
		getItemKey: (n) => {
			const item = items[n];
			return item === undefined ? n : keyOf(item, n);
		},
		overscan: 6,
	});
	return (
		<div className={`long-list ${className}`} ref={scroll}>
			<ul style={{ height: virtual.getTotalSize() }}>
				{virtual.getVirtualItems().map(({ key, index, start }) => {
					const item = items[index];
					return (
						<li
							key={key}
							data-index={index}
							ref={virtual.measureElement}
							style={{ transform: `translateY(${start}px)` }}
						>
							{item !== undefined && children(item)}
						</li>
					);
				})}
			</ul>
		</div>
	);
}
