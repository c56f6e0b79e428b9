package io.drover.api.auth;

import io.drover.api.DroverException;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a local user may be called, and when two names are too alike for two users. */
public final class LoginNames {

    private static final int LONGEST = 128;
    private static final String FIELD = "username";
    private static final Set<UnicodeScript> ALIKE =
            EnumSet.of(UnicodeScript.LATIN, UnicodeScript.CYRILLIC, UnicodeScript.GREEK);

    private LoginNames() {}

    /** The one form of a name that can be typed in several. */
    public static String normal(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    /** Whether people would take them for one name. */
    public static boolean alike(String one, String other) {
        return one != null && other != null && folded(one).equals(folded(other));
    }

    /** @throws DroverException {@code REJECTED} if no new user may be called so */
    public static void check(String name) {
        if (name == null || name.isEmpty()) {
            throw DroverException.invalid("MissingRequired", FIELD, "invalid username");
        }
        if (name.codePointCount(0, name.length()) > LONGEST) {
            throw DroverException.invalid(
                    "MaxLengthExceeded", FIELD, "A user name has at most " + LONGEST + " characters");
        }
        boolean beginsWithMark = Character.getType(name.codePointAt(0)) == Character.NON_SPACING_MARK;
        if (beginsWithMark || !name.codePoints().allMatch(LoginNames::isPlain)) {
            throw DroverException.invalid(
                    "InvalidCharacters",
                    FIELD,
                    "A user name has no spaces, slashes, colons, or characters that can't be seen");
        }
        Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        name.codePoints().mapToObj(UnicodeScript::of).filter(ALIKE::contains).forEach(scripts::add);
        if (scripts.size() > 1) {
            throw DroverException.invalid(
                    "InvalidCharacters", FIELD, "A user name does not mix alphabets whose letters look the same");
        }
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> c != '/' && c != ':' && !Character.isWhitespace(c) && !isBlank(c);
        };
    }

    /** Letters and marks of which nothing is seen: joiners, fillers, variation selectors, the empty pattern of Braille. */
    private static boolean isBlank(int c) {
        return c == 0x034f
                || c == 0x115f
                || c == 0x1160
                || c == 0x17b4
                || c == 0x17b5
                || c >= 0x180b && c <= 0x180f
                || c == 0x2800
                || c == 0x3164
                || c >= 0xfe00 && c <= 0xfe0f
                || c == 0xffa0
                || c >= 0xe0100 && c <= 0xe01ef;
    }

    private static String folded(String name) {
        String compatible = Normalizer.normalize(name, Normalizer.Form.NFKC);
        String lower = compatible.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        // A dot over a letter that has one already is not seen; Turkish capital letters leave it behind.
        return Normalizer.normalize(lower, Normalizer.Form.NFKD).replaceAll("([ij])\u0307", "$1");
    }
}
