'use strict';

// Signs in with a name and a password, or at a provider's own pages: for this browser, or for a program that waits for a token. Such a
// program
//   - listens on this machine (port, state and publicKey in the query) and is told through this browser where its token waits;
//   - or runs elsewhere and has shown a code, which is typed here (/v3-public/device);
//   - or is an older client that chose itself where its token shall wait (requestId and publicKey in the query).
// A provider sends the browser back to /verify-auth, where the page goes on with what it began before. Only the window that began has
// that: whoever makes another browser come back there gets nothing done.
const WITH_PASSWORD = ['localProvider', 'activeDirectoryProvider', 'openLdapProvider', 'freeIpaProvider'];
const here = new URL(location.href);
const isBack = here.pathname === '/verify-auth';
const begun = isBack ? takeBegun(here.searchParams.get('state')) : null;
const page = begun ? new URL(begun.page, here) : here;
const query = page.searchParams;
const requestId = query.get('requestId');
const publicKey = query.get('publicKey');
const port = Number(query.get('port'));
const form = document.getElementById('sign-in');
const codeForm = document.getElementById('code');
const fields = document.getElementById('with-password');
const message = document.getElementById('message');

const isDevice = page.pathname.endsWith('/device');
const isHere = !isDevice && !requestId && publicKey && port > 0 && port < 65536;
const isElsewhere = isDevice || Boolean(requestId);

function keyOf(state) {
  return `sign-in ${state}`;
}

function keepBegun(state, what) {
  sessionStorage.setItem(keyOf(state), JSON.stringify(what));
}

// Null if it was not begun in this window, or was taken before.
function takeBegun(state) {
  const kept = sessionStorage.getItem(keyOf(state));
  sessionStorage.removeItem(keyOf(state));
  return JSON.parse(kept);
}

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
  body.data.filter(provider => WITH_PASSWORD.includes(provider.type) || provider.redirectUrl).forEach(provider => {
    const option = new Option(provider.id, `/v3-public/${provider.type}s/${provider.id}`);
    option.dataset.redirects = Boolean(provider.redirectUrl);
    option.selected = provider.type === query.get('provider');
    form.provider.add(option);
  });
  adaptToProvider();
}

function redirects() {
  const [chosen] = form.provider.selectedOptions;
  return chosen && chosen.dataset.redirects === 'true';
}

function adaptToProvider() {
  fields.hidden = fields.disabled = redirects();
  form.querySelector('button').textContent = redirects() ? `Go on to ${form.provider.selectedOptions[0].text}` : 'Sign in';
}

function show(id, text) {
  document.getElementById(id).textContent = text;
}

// What whoever signs in gives away, and where to.
function explain(responseType, found) {
  const cluster = /^kubeconfig_(.+)$/.exec(responseType || '');
  show('what', cluster ? `access to the cluster ${cluster[1]}` : 'access to all clusters and all else you may do');
  show('where', isHere ? 'on this computer' : `at the address ${found.address || 'that is not known'}`);
  if (isElsewhere) {
    const same = found.address && found.address === found.yourAddress;
    show('address', same ? 'That is also your own address.' : `Your own address is ${found.yourAddress}.`);
  }
  document.getElementById('own').hidden = !isElsewhere;
  form.own.required = isElsewhere;
  document.getElementById('why').hidden = false;
}

function wanted() {
  if (isDevice) {
    return {userCode: codeForm.userCode.value};
  }
  if (!requestId && !isHere) {
    return {responseType: 'cookie'};
  }
  const program = {publicKey, responseType: query.get('responseType') || 'kubeconfig'};
  return requestId ? {...program, requestId} : program;
}

codeForm.addEventListener('submit', async event => {
  event.preventDefault();
  const {ok, body} = await ask('POST', '/v3-public/authTokens?action=look', {userCode: codeForm.userCode.value});
  message.textContent = ok ? '' : body.message;
  codeForm.hidden = ok;
  form.hidden = !ok;
  if (ok) {
    explain(body.responseType, body);
  }
});

form.provider.addEventListener('change', adaptToProvider);

form.addEventListener('submit', async event => {
  event.preventDefault();
  if (redirects()) {
    await leave(form.provider.value);
    return;
  }
  const {username, password, mfaCode} = form;
  const credentials = {username: username.value, password: password.value};
  if (mfaCode.value) {
    credentials.mfaCode = mfaCode.value;
  }
  await signIn(form.provider.value, credentials);
});

async function leave(provider) {
  // Asked for anew: what was told when the page was opened may be too old by now.
  const {body} = await ask('GET', provider);
  if (!body.redirectUrl) {
    message.textContent = body.message || 'This provider does not say just now where to sign in.';
    return;
  }
  const state = new URL(body.redirectUrl).searchParams.get('state');
  keepBegun(state, {page: page.pathname + page.search, provider, userCode: codeForm.userCode.value});
  location.assign(body.redirectUrl);
}

// Answers whether there is nothing more to do here.
async function signIn(provider, credentials) {
  const answer = await ask('POST', `${provider}?action=login`, {...credentials, ...wanted()});
  if (!answer.ok) {
    document.getElementById('mfa').hidden = answer.body.code !== 'MFARequired';
    message.textContent = answer.body.message;
    return false;
  }
  if (isHere) {
    // Not the token: an id that is worth nothing without the key that the program keeps.
    const told = new URLSearchParams({code: answer.body.id, state: query.get('state') || ''});
    location.replace(`http://127.0.0.1:${port}/?${told}`);
  } else if (isElsewhere) {
    form.hidden = true;
    message.textContent = 'You are signed in. Go back to your program; this window can be closed.';
  } else {
    location.assign('/');
  }
  return true;
}

// Back from a provider, with a code or without.
async function comeBack() {
  const told = here.searchParams;
  history.replaceState(null, '', begun.page);
  codeForm.userCode.value = begun.userCode;
  form.provider.value = begun.provider;
  adaptToProvider();
  if (!told.has('code')) {
    message.textContent = `The provider refuses: ${told.get('error_description') || told.get('error')}`;
    return false;
  }
  const credentials = {code: told.get('code'), state: told.get('state')};
  if (told.has('iss')) {
    credentials.iss = told.get('iss');
  }
  return signIn(begun.provider, credentials);
}

async function explainFirst() {
  if (isDevice) {
    codeForm.hidden = false;
    return;
  }
  if (isHere) {
    explain(query.get('responseType'), {});
  } else if (requestId) {
    const {body} = await ask('POST', '/v3-public/authTokens?action=look', {requestId});
    explain(query.get('responseType'), body);
  }
  form.hidden = false;
  form.username.focus();
}

async function start() {
  if (isBack && !begun) {
    message.textContent = 'This sign-in was not begun in this window, or is over.';
    return;
  }
  await offerProviders();
  if (!begun || !await comeBack()) {
    await explainFirst();
  }
}

start();
