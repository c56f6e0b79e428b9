package io.drover.api.auth;

/**
 * Somebody, or a group, as an identity provider knows them.
 *
 * @param id a URI: {@code local://u-abcde}, {@code github_user://123}
 * @param group whether it is a group
 * @param loginName empty for groups
 */
public record Principal(String id, boolean group, String displayName, String loginName, String provider) {}
