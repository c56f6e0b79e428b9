package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.node.TextNode;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;
import java.util.regex.Pattern;

/** What names, labels and their like must be, and what is said of one that is not. */
public final class Names {

    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final Pattern LABELS = Pattern.compile(LABEL);
    private static final Pattern SUBDOMAINS = Pattern.compile(SUBDOMAIN);
    private static final Pattern QUALIFIEDS = Pattern.compile(QUALIFIED);
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_SUBDOMAIN = 253;

    /** Matching needs stack for each part of a name. */
    private static final int LONGEST_MATCHED = 2000;

    private static final String NO_LABEL =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end"
                    + " with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '"
                    + LABEL + "')";
    private static final String NO_SUBDOMAIN =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start"
                    + " and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '"
                    + SUBDOMAIN + "')";
    private static final String NO_NAME_PART =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
                    + " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '"
                    + QUALIFIED + "')";
    private static final String NO_LABEL_VALUE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start"
                    + " and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used"
                    + " for validation is '(" + QUALIFIED + ")?')";

    private Names() {}

    /** A name as most kinds have it. */
    public static void checkSubdomain(String name, String at, List<Cause> causes) {
        check(name, "", name, LONGEST_SUBDOMAIN, SUBDOMAINS, NO_SUBDOMAIN, at, causes);
    }

    /** A name without dots. */
    public static void checkLabel(String name, String at, List<Cause> causes) {
        if (name.contains(".")) {
            refuse(name, "must not contain dots", at, causes);
        } else {
            check(name, "", name, LONGEST_LABEL, LABELS, NO_LABEL, at, causes);
        }
    }

    /** A name that may be anything that stands in a path. */
    public static void checkSegment(String name, String at, List<Cause> causes) {
        if (name.equals(".") || name.equals("..")) {
            refuse(name, "may not be '" + name + "'", at, causes);
        }
        for (String character : List.of("/", "%")) {
            if (name.contains(character)) {
                refuse(name, "may not contain '" + character + "'", at, causes);
            }
        }
    }

    public static void checkLabelValue(String value, String at, List<Cause> causes) {
        if (value.isEmpty()) {
            return;
        }
        check(value, "", value, LONGEST_LABEL, QUALIFIEDS, NO_LABEL_VALUE, at, causes);
    }

    /** A name with or without the domain of who gave it. */
    public static void checkQualified(String name, String at, List<Cause> causes) {
        String[] parts = name.split("/", -1);
        if (parts.length > 2) {
            refuse(
                    name,
                    "a qualified name " + NO_NAME_PART
                            + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
                    at,
                    causes);
            return;
        }
        if (parts.length == 2 && parts[0].isEmpty()) {
            refuse(name, "prefix part must be non-empty", at, causes);
        } else if (parts.length == 2) {
            check(parts[0], "prefix part ", name, LONGEST_SUBDOMAIN, SUBDOMAINS, NO_SUBDOMAIN, at, causes);
        }
        String last = parts[parts.length - 1];
        if (last.isEmpty()) {
            refuse(name, "name part must be non-empty", at, causes);
        }
        check(last, "name part ", name, LONGEST_LABEL, QUALIFIEDS, NO_NAME_PART, at, causes);
    }

    private static void check(
            String name,
            String part,
            String whole,
            int longest,
            Pattern form,
            String otherwise,
            String at,
            List<Cause> causes) {
        if (name.length() > longest) {
            refuse(whole, part + "must be no more than " + longest + " characters", at, causes);
        }
        if (name.length() > LONGEST_MATCHED || !form.matcher(name).matches()) {
            refuse(whole, part + otherwise, at, causes);
        }
    }

    private static void refuse(String value, String why, String at, List<Cause> causes) {
        causes.add(Cause.invalid(at, TextNode.valueOf(value).toString(), why));
    }
}
