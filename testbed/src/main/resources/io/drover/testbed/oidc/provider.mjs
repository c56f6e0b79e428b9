// An OpenID Connect provider of one client and whoever types a name: groups are what follows the name after a plus sign.
import Provider from 'oidc-provider';

const [port, redirect, told] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'drover',
    client_secret: 'drover-client-canary',
    redirect_uris: [redirect],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...(told && { backchannel_logout_uri: told, backchannel_logout_session_required: true }),
  }],
  pkce: { required: () => true, methods: ['S256'] },
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'] },
  scopes: ['openid', 'profile', 'groups', 'offline_access'],
  issueRefreshToken: async () => true,
  features: { devInteractions: { enabled: true }, revocation: { enabled: true }, backchannelLogout: { enabled: true } },
  findAccount: (ctx, id) => {
    const [name, ...groups] = id.split('+');
    return { accountId: id, claims: () => ({ sub: id, name: name.toUpperCase(), preferred_username: name, groups }) };
  },
});

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
