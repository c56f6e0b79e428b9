package io.drover.plugin.auth.oidc;

/** What configurations of every kind of issuer have in common. */
interface IssuerConfig {

    String issuer();

    /** Where browsers are sent. */
    String authEndpoint();

    String clientId();

    String clientSecret();

    /** Where browsers come back to, as the provider knows it. */
    String rancherUrl();

    /** Separated by spaces; empty = {@code openid profile email}. */
    String scope();

    /** The claim that names the groups; dots lead into objects. */
    String groupsClaim();

    /** Whether whoever looks for groups finds any here; unset = yes. */
    Boolean groupSearchEnabled();

    /** PEM of the authorities to trust; blank = those of the JVM. */
    String certificate();
}
