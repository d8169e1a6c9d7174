/*
 * A webhook's other end, for webhooks.sh: it behaves as the path says
 * (/NAME/BEHAVIOUR), verifies what comes with a library that is not ours, and
 * writes a line of JSON for each request to standard output.
 *
 * The secret of NAME is the file NAME below SECRETS.
 */
'use strict';
const fs = require('fs');
const http = require('http');
const path = require('path');
const { Webhook } = require('standardwebhooks');

const seen = new Map(); // how often each id came on a path
let open = 0; // requests that hang
let mostOpen = 0;

function verify(name, headers, body) {
	const said = { verified: false, alteredRefused: false };
	let secret;

	try {
		secret = fs.readFileSync(
			path.join(process.env.SECRETS, name), 'utf8').trim();
	} catch {
		return said;
	}
	if (secret === '')
		return said; // it is not of the kind that is signed
	const webhook = new Webhook(secret);
	try {
		webhook.verify(body, headers);
		said.verified = true;
	} catch (e) {
		said.why = e.message;
	}
	try {
		webhook.verify(body.replace('"type"', '"Type"'), headers);
	} catch {
		said.alteredRefused = true;
	}
	return said;
}

function answer(behaviour, nth, res) {
	switch (behaviour) {
	case 'hang':
		mostOpen = Math.max(mostOpen, ++open);
		res.on('close', () => open--);
		return;
	case 'redirect':
		res.writeHead(302, { location: '/stolen/ok' }).end();
		return;
	case 'gone':
		res.writeHead(410).end('no more');
		return;
	case 'slow':
		if (nth === 1) {
			res.writeHead(429, { 'retry-after': '1' }).end();
			return;
		}
		break;
	case 'flaky':
		if (nth === 1) {
			res.writeHead(500).end('\u001b]0;x\u0007 try again');
			return;
		}
		break;
	case 'close':
		if (nth === 1) {
			res.socket.destroy();
			return;
		}
		break;
	case 'big':
		res.writeHead(200).end(Buffer.alloc(10 * 1024 * 1024, 'x'));
		return;
	case 'empty':
		res.writeHead(204).end();
		return;
	}
	res.writeHead(200).end('ok');
}

const server = http.createServer((req, res) => {
	const [, name, behaviour] = req.url.split(/[/?]/);
	let body = '';

	req.setEncoding('utf8');
	req.on('data', (piece) => { body += piece; });
	req.on('end', () => {
		const id = req.headers['webhook-id'] || body;
		const key = `${req.url} ${id}`;
		const nth = (seen.get(key) || 0) + 1;

		seen.set(key, nth);
		if (behaviour === 'most') { // how many hung at once
			res.end(String(mostOpen));
			return;
		}
		console.log(JSON.stringify({ name, behaviour, nth, id,
			event: (() => {
				try {
					return JSON.parse(body);
				} catch {
					return null;
				}
			})(),
			authorization: req.headers.authorization || null,
			...verify(name, req.headers, body) }));
		answer(behaviour, nth, res);
	});
});
server.listen(0, '127.0.0.1', () => {
	console.log(`listening ${server.address().port}`);
});
