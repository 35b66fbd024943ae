import { pageFile } from './page-files.ts';

/** The login in one file and a style sheet, without any script: it works before anything else is let through. */
export function loginPage(fault?: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>moodstat</title>
<link rel="stylesheet" href="/login.css">
</head>
<body>
<main>
<h1>moodstat</h1>
<form method="post" action="/login">
<input type="text" name="username" value="moodstat" autocomplete="username" hidden>
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" required autofocus>
${fault === undefined ? '' : `<p role="alert">${fault}</p>\n`}<button>Log in</button>
</form>
</main>
</body>
</html>
`;
}

export const LOGIN_STYLE = pageFile(
  Buffer.from(`:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(20rem, 90vw); }
h1 { font-weight: 500; }
form { display: grid; gap: 0.5rem; }
input, button { font: inherit; padding: 0.6rem; border-radius: 0.5rem; border: 1px solid GrayText; }
p { margin: 0; }
[hidden] { display: none; }
`),
  'text/css; charset=utf-8',
);
