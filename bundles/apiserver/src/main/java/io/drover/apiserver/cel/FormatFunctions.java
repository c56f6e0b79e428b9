package io.drover.apiserver.cel;

import static io.drover.apiserver.cel.Overload.global;
import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.STRING;

import java.net.URI;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Named formats, such as those of names and labels. */
final class FormatFunctions {

    private static final Type FORMAT = Type.opaque("kubernetes.NamedFormat");
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final Map<String, Format> FORMATS = formats();

    private record Format(String name, Predicate<String> holds, String complaint) implements Overload.OpaqueValue {
        @Override
        public Type type() {
            return FORMAT;
        }

        Optional<List<String>> wrong(String text) {
            return holds.test(text) ? Optional.empty() : Optional.of(List.of(complaint));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private FormatFunctions() {}

    static List<Overload> all() {
        List<Overload> all = new ArrayList<>();
        FORMATS.forEach((name, format) -> all.add(global("format." + name, FORMAT, a -> format)));
        all.add(global("format.named", Type.optional(FORMAT), a -> Optional.ofNullable(FORMATS.get(a[0])), STRING));
        all.add(member(
                        "validate",
                        Type.optional(Type.list(STRING)),
                        a -> ((Format) a[0]).wrong((String) a[1]),
                        FORMAT,
                        STRING)
                .costing(CostRule.walk(1, CostRule.CHARACTER)));
        return all;
    }

    private static Map<String, Format> formats() {
        Map<String, Format> all = new LinkedHashMap<>();
        String label =
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start"
                        + " and end with an alphanumeric character";
        String subdomain =
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',"
                        + " and must start and end with an alphanumeric character";
        String label1035 = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                + " alphabetic character, and end with an alphanumeric character";
        pattern(all, "dns1123Label", LABEL, 63, label);
        pattern(all, "dns1123Subdomain", LABEL + "(\\." + LABEL + ")*", 253, subdomain);
        pattern(all, "dns1035Label", "[a-z]([-a-z0-9]*[a-z0-9])?", 63, label1035);
        all.put("dns1123LabelPrefix", prefix("dns1123LabelPrefix", all.get("dns1123Label")));
        all.put("dns1123SubdomainPrefix", prefix("dns1123SubdomainPrefix", all.get("dns1123Subdomain")));
        all.put("dns1035LabelPrefix", prefix("dns1035LabelPrefix", all.get("dns1035Label")));
        Predicate<String> subdomains = all.get("dns1123Subdomain").holds();
        all.put(
                "qualifiedName",
                new Format(
                        "qualifiedName",
                        text -> {
                            int slash = text.indexOf('/');
                            String name = text.substring(slash + 1);
                            return name.length() <= 63
                                    && name.matches(QUALIFIED)
                                    && (slash < 0 || subdomains.test(text.substring(0, slash)));
                        },
                        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                                + " alphanumeric character"));
        pattern(
                all,
                "labelValue",
                "(" + QUALIFIED + ")?",
                63,
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must"
                        + " start and end with an alphanumeric character");
        reading(all, "uri", "must be a URI", t -> URI.create(t).isAbsolute() || t.startsWith("/"));
        String hex = "[0-9a-fA-F]";
        pattern(
                all,
                "uuid",
                hex + "{8}-?" + hex + "{4}-?" + hex + "{4}-?" + hex + "{4}-?" + hex + "{12}",
                36,
                "does not match the UUID format");
        reading(all, "byte", "must be base64", t -> Base64.getDecoder().decode(t) != null);
        reading(all, "date", "must be a date", t -> LocalDate.parse(t) != null);
        reading(all, "datetime", "must be a date and time", t -> OffsetDateTime.parse(t) != null);
        return all;
    }

    private static void pattern(Map<String, Format> all, String name, String pattern, int length, String complaint) {
        Pattern compiled = Pattern.compile(pattern);
        all.put(
                name,
                new Format(
                        name, t -> t.length() <= length && compiled.matcher(t).matches(), complaint));
    }

    private static Format prefix(String name, Format of) {
        return new Format(
                name, t -> of.holds().test(t.endsWith("-") ? t.substring(0, t.length() - 1) + "a" : t), of.complaint());
    }

    private static void reading(Map<String, Format> all, String name, String complaint, Predicate<String> reads) {
        all.put(
                name,
                new Format(
                        name,
                        text -> {
                            try {
                                return reads.test(text);
                            } catch (IllegalArgumentException | DateTimeException e) {
                                return false;
                            }
                        },
                        complaint));
    }
}
