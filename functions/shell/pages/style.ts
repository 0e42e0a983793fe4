import { createHash } from 'node:crypto';

/** No script, no font and no picture: a page is one answer, and nothing else is fetched. */
export const style = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f3f4f6; color: #1f2933;
  font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main { max-width: 42rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 1rem; }
header p { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
main { background: #fff; border-radius: .5rem; padding-bottom: 1.5rem; margin-bottom: 2rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 1.75rem 0 .5rem; }
p, li, dd { overflow-wrap: anywhere; }
dl { margin: 1rem 0; }
dt { font-weight: 600; margin-top: .75rem; }
dd { margin: 0; }
ul { padding-left: 1.25rem; }
fieldset { border: 1px solid #7b8794; border-radius: .375rem; margin: 1rem 0; padding: .5rem 1rem; }
legend { font-weight: 600; padding: 0 .35rem; }
.choice { display: flex; gap: .75rem; align-items: flex-start; padding: .4rem 0; }
.choice input { width: 1.35rem; height: 1.35rem; margin: .15rem 0 0; flex: none; }
.choice label { overflow-wrap: anywhere; min-width: 0; }
.note { color: #4a5560; display: block; font-size: .95rem; }
.code label { display: block; font-weight: 600; }
.code input { font: inherit; font-size: 1.25rem; letter-spacing: .15em; width: 9em; max-width: 100%;
  padding: .4rem .6rem; border: 1px solid #52606d; border-radius: .375rem; }
button { font: inherit; font-weight: 600; padding: .7rem 1.25rem; min-height: 2.75rem;
  max-width: 100%;
  border: 2px solid #0b4f8a; border-radius: .375rem; background: #0b4f8a; color: #fff;
  cursor: pointer; overflow-wrap: anywhere; }
button.other { background: #fff; color: #0b4f8a; }
a { color: #0b4f8a; }
:focus-visible { outline: 3px solid #b45309; outline-offset: 2px; }
.error { border-left: .3rem solid #b42318; padding: .5rem .75rem; background: #fdf3f2; }
`;

/** The page may use this style and nothing else (CSP Level 3, section 6.6.2). */
export const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;
