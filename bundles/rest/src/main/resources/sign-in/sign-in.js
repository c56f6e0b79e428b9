'use strict';

// Signs in with a name and a password: for this browser, or for a program that waits for a token. Such a program
//   - listens on this machine (port, state and publicKey in the query) and is told through this browser where its token waits;
//   - or runs elsewhere and has shown a code, which is typed here (/v3-public/device);
//   - or is an older client that chose itself where its token shall wait (requestId and publicKey in the query).
const query = new URLSearchParams(location.search);
const requestId = query.get('requestId');
const publicKey = query.get('publicKey');
const port = Number(query.get('port'));
const form = document.getElementById('sign-in');
const codeForm = document.getElementById('code');
const message = document.getElementById('message');
const WITH_PASSWORD = ['localProvider', 'activeDirectoryProvider', 'openLdapProvider', 'freeIpaProvider'];

const isDevice = location.pathname.endsWith('/device');
const isHere = !isDevice && !requestId && publicKey && port > 0 && port < 65536;
const isElsewhere = isDevice || Boolean(requestId);

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

form.addEventListener('submit', async event => {
  event.preventDefault();
  const {username, password, mfaCode} = form;
  const credentials = {username: username.value, password: password.value};
  if (mfaCode.value) {
    credentials.mfaCode = mfaCode.value;
  }
  const answer = await ask('POST', form.provider.value, {...credentials, ...wanted()});
  if (!answer.ok) {
    document.getElementById('mfa').hidden = answer.body.code !== 'MFARequired';
    message.textContent = answer.body.message;
  } else if (isHere) {
    // Not the token: an id that is worth nothing without the key that the program keeps.
    const told = new URLSearchParams({code: answer.body.id, state: query.get('state') || ''});
    location.replace(`http://127.0.0.1:${port}/?${told}`);
  } else if (isElsewhere) {
    form.hidden = true;
    message.textContent = 'You are signed in. Go back to your program; this window can be closed.';
  } else {
    location.assign('/');
  }
});

async function explainFirst() {
  if (isDevice) {
    codeForm.hidden = false;
    form.hidden = true;
  } else if (isHere) {
    explain(query.get('responseType'), {});
  } else if (requestId) {
    const {body} = await ask('POST', '/v3-public/authTokens?action=look', {requestId});
    explain(query.get('responseType'), body);
  }
}

async function start() {
  await offerProviders();
  await explainFirst();
}

start();
