package io.drover.plugin.auth.github;

import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProviderFactory;
import org.osgi.service.component.annotations.Component;

/** GitHub, and GitHub Enterprise. */
@Component(service = IdentityProviderFactory.class)
public final class GitHubFactory implements IdentityProviderFactory<GitHubConfig> {

    @Override
    public String name() {
        return GitHubProvider.NAME;
    }

    @Override
    public Class<GitHubConfig> configuration() {
        return GitHubConfig.class;
    }

    @Override
    public boolean redirects() {
        return true;
    }

    @Override
    public IdentityProvider open(GitHubConfig configuration) {
        return new GitHubProvider(new GitHubApi(configuration));
    }
}
