package io.drover.rest;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Facts about the paths of the API. */
final class Routes {

    private static final Pattern SUB_CONTEXT = Pattern.compile("(?i)v3/(cluster|project)s?(?:/([^/]+))?(?:/.*)?");

    private static final Pattern DOTS = Pattern.compile("(?i)(^|/)(\\.|%2e){1,2}(;[^/]*)?(/|$)");

    private Routes() {}

    /** Whether it has a segment that leads upwards or stays where it is, which no client of ours sends. */
    static boolean climbs(String rawPath) {
        return DOTS.matcher(rawPath).find();
    }

    /** Collapses slashes and drops those at the end. */
    static String tidy(String rawPath) {
        String tidy = rawPath.replaceAll("/{2,}", "/");
        return tidy.length() > 1 && tidy.endsWith("/") ? tidy.substring(0, tidy.length() - 1) : tidy;
    }

    /** The path of the schemas that describe what is at {@code rawPath}; clients follow it before anything else. */
    static String schemasOf(String rawPath) {
        String path = rawPath.replaceFirst("^/", "");
        if (path.equals("v3-public") || path.startsWith("v3-public/")) {
            return "/v3-public/schemas";
        }
        Matcher context = SUB_CONTEXT.matcher(path);
        if (!context.matches()) {
            return "/v3/schemas";
        }
        String type = context.group(1).toLowerCase(Locale.ROOT);
        boolean named = context.group(2) != null && !context.group(2).equals("schemas");
        return "/v3/" + type + (named ? "/" + context.group(2) : "") + "/schemas";
    }
}
