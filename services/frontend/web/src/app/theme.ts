import { Button, Card, createTheme, type CSSVariablesResolver, type MantineColorsTuple, Paper } from '@mantine/core';

/** The vermilion of a torii gate; shade 7 keeps white text at a contrast of 4.5 or more. */
const vermilion: MantineColorsTuple = [
  '#fff0ec',
  '#fbdfd8',
  '#f4bcaf',
  '#ee9783',
  '#e9775e',
  '#e66346',
  '#d94e30',
  '#bf3d22',
  '#a8341c',
  '#8a2713',
];

/** Japanese text falls through to the system's own Japanese face. */
const FONTS = "Inter, 'Segoe UI', system-ui, -apple-system, 'Hiragino Sans', 'Noto Sans CJK JP', 'Noto Sans JP', Meiryo, sans-serif";

export const theme = createTheme({
  primaryColor: 'vermilion',
  primaryShade: 7,
  colors: { vermilion },
  fontFamily: FONTS,
  headings: { fontFamily: FONTS, fontWeight: '650', textWrap: 'balance' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { loaderProps: { type: 'dots' } } }),
    Card: Card.extend({ defaultProps: { withBorder: true, padding: 'md' } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true } }),
  },
});

/** Quiet, placeholder and error text at a contrast of 4.5 or more on the page's background, which Mantine's own shades miss. */
export const readableColors: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5f6770', '--mantine-color-placeholder': '#6b737b', '--mantine-color-error': '#d32f2f' },
  dark: { '--mantine-color-dimmed': '#b0b0b0', '--mantine-color-placeholder': '#949494', '--mantine-color-error': '#ff8787' },
});
