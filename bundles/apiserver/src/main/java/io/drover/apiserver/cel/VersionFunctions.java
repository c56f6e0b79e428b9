package io.drover.apiserver.cel;

import static io.drover.apiserver.cel.Overload.global;
import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.BOOL;
import static io.drover.apiserver.cel.Type.INT;
import static io.drover.apiserver.cel.Type.STRING;

import java.math.BigInteger;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Semantic versions. */
final class VersionFunctions {

    private static final Type SEMVER = Type.opaque("kubernetes.Semver");
    private static final CostRule WALK = CostRule.walk(0, CostRule.CHARACTER);
    private static final String NUMBER = "(0|[1-9]\\d{0,17})";
    private static final String IDENTIFIERS = "([0-9A-Za-z-]{1,128}(?:\\.[0-9A-Za-z-]{1,128}){0,64})";
    private static final Pattern FORM = Pattern.compile(
            NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(?:-" + IDENTIFIERS + ")?(?:\\+" + IDENTIFIERS + ")?");

    private record Semver(long major, long minor, long patch, List<String> pre)
            implements Overload.OpaqueValue, Comparable<Semver> {
        @Override
        public Type type() {
            return SEMVER;
        }

        @Override
        public int compareTo(Semver other) {
            int order = Long.compare(major, other.major);
            order = order != 0 ? order : Long.compare(minor, other.minor);
            order = order != 0 ? order : Long.compare(patch, other.patch);
            if (order != 0 || pre.isEmpty() || other.pre.isEmpty()) {
                return order != 0 ? order : Boolean.compare(pre.isEmpty(), other.pre.isEmpty());
            }
            for (int i = 0; i < Math.min(pre.size(), other.pre.size()); i++) {
                order = compareIdentifiers(pre.get(i), other.pre.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(pre.size(), other.pre.size());
        }

        private static int compareIdentifiers(String a, String b) {
            boolean numberA = a.chars().allMatch(Character::isDigit);
            boolean numberB = b.chars().allMatch(Character::isDigit);
            if (numberA && numberB) {
                return new BigInteger(a).compareTo(new BigInteger(b));
            }
            return numberA != numberB ? (numberA ? -1 : 1) : Integer.signum(a.compareTo(b));
        }
    }

    private VersionFunctions() {}

    static List<Overload> all() {
        return List.of(
                global("semver", SEMVER, a -> parse((String) a[0], false), STRING)
                        .costing(WALK),
                global("semver", SEMVER, a -> parse((String) a[0], (Boolean) a[1]), STRING, BOOL)
                        .costing(WALK),
                global("isSemver", BOOL, a -> isOne((String) a[0], false), STRING)
                        .costing(WALK),
                global("isSemver", BOOL, a -> isOne((String) a[0], (Boolean) a[1]), STRING, BOOL)
                        .costing(WALK),
                member("major", INT, a -> version(a[0]).major(), SEMVER),
                member("minor", INT, a -> version(a[0]).minor(), SEMVER),
                member("patch", INT, a -> version(a[0]).patch(), SEMVER),
                member("compareTo", INT, a -> (long) version(a[0]).compareTo(version(a[1])), SEMVER, SEMVER),
                member("isGreaterThan", BOOL, a -> version(a[0]).compareTo(version(a[1])) > 0, SEMVER, SEMVER),
                member("isLessThan", BOOL, a -> version(a[0]).compareTo(version(a[1])) < 0, SEMVER, SEMVER));
    }

    private static Semver version(Object value) {
        return (Semver) value;
    }

    private static boolean isOne(String text, boolean normalise) {
        return FORM.matcher(normalise ? normalised(text) : text).matches();
    }

    /** Without a leading v, without leading zeros, with all three numbers. */
    private static String normalised(String text) {
        String rest = text.startsWith("v") ? text.substring(1) : text;
        int end = 0;
        while (end < rest.length() && (Character.isDigit(rest.charAt(end)) || rest.charAt(end) == '.')) {
            end++;
        }
        StringBuilder numbers = new StringBuilder();
        String[] parts = rest.substring(0, end).split("\\.", -1);
        for (int i = 0; i < Math.max(3, parts.length); i++) {
            String part = i < parts.length ? parts[i].replaceFirst("^0+(?=\\d)", "") : "0";
            numbers.append(i == 0 ? "" : ".").append(part);
        }
        return numbers + rest.substring(end);
    }

    private static Semver parse(String text, boolean normalise) {
        Matcher match = FORM.matcher(normalise ? normalised(text) : text);
        if (!match.matches()) {
            throw new CelFailure("No Major.Minor.Patch elements found");
        }
        return new Semver(
                Long.parseLong(match.group(1)),
                Long.parseLong(match.group(2)),
                Long.parseLong(match.group(3)),
                match.group(4) == null ? List.of() : List.of(match.group(4).split("\\.")));
    }
}
