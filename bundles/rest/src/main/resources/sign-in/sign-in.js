'use strict';

// Signs in with a name and a password: for a program that waits for a token (requestId and publicKey in the query), else for this browser.
const query = new URLSearchParams(location.search);
const requestId = query.get('requestId');
const form = document.querySelector('form');
const message = document.getElementById('message');
const WITH_PASSWORD = ['localProvider', 'activeDirectoryProvider', 'openLdapProvider', 'freeIpaProvider'];

function csrf() {
  const found = document.cookie.match(/(?:^|; )CSRF=([0-9a-f]+)/);
  return found ? found[1] : '';
}

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: {'Accept': 'application/json', 'Content-Type': 'application/json', 'X-API-CSRF': csrf()},
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  return {ok: answer.ok, body: text ? JSON.parse(text) : {}};
}

async function offerProviders() {
  const {body} = await ask('GET', '/v3-public/authProviders');
  body.data.filter(provider => WITH_PASSWORD.includes(provider.type)).forEach(provider => {
    form.provider.add(new Option(provider.id, `/v3-public/${provider.type}s/${provider.id}?action=login`));
  });
}

function wanted() {
  return requestId
      ? {requestId, publicKey: query.get('publicKey'), responseType: query.get('responseType') || 'kubeconfig'}
      : {responseType: 'cookie'};
}

form.addEventListener('submit', async event => {
  event.preventDefault();
  const {username, password, mfaCode} = form;
  const credentials = {username: username.value, password: password.value};
  if (mfaCode.value) {
    credentials.mfaCode = mfaCode.value;
  }
  const answer = await ask('POST', form.provider.value, {...credentials, ...wanted()});
  if (answer.ok && requestId) {
    form.hidden = true;
    message.textContent = 'You are signed in. Go back to your program; this window can be closed.';
  } else if (answer.ok) {
    location.assign('/');
  } else {
    document.getElementById('mfa').hidden = answer.body.code !== 'MFARequired';
    message.textContent = answer.body.message;
  }
});

// Tells the program's request from another's, its key too; drover-token computes the same.
async function showCode() {
  const text = new TextEncoder().encode(requestId + query.get('publicKey'));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  const hex = Array.from(digest.slice(0, 6), byte => byte.toString(16).padStart(2, '0')).join('');
  document.getElementById('request').textContent = hex.match(/.{4}/g).join('-');
  document.getElementById('why').hidden = false;
}

if (requestId) {
  showCode();
}
offerProviders();
