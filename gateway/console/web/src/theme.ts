import { Button, createTheme, Modal, Table, TableScrollContainer } from "@mantine/core";

/**
 * Green as forest; red and orange are kept for what burns. Sizes follow the root's, which grows with a large screen.
 */
export const theme = createTheme({
	primaryColor: "teal",
	primaryShade: { light: 8, dark: 7 },
	fontFamily: 'system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif',
	defaultRadius: "md",
	cursorType: "pointer",
	components: {
		Button: Button.extend({ defaultProps: { variant: "default" } }),
		// locking the scroll writes a style sheet into the page, which its policy forbids
		Modal: Modal.extend({
			defaultProps: { lockScroll: false, centered: true, closeButtonProps: { "aria-label": "×" } },
		}),
		Table: Table.extend({ defaultProps: { verticalSpacing: "xs" } }),
		// what scrolls must be reached by the keyboard, also where nothing in it takes the focus
		TableScrollContainer: TableScrollContainer.extend({
			defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } },
		}),
	},
});
