package io.drover.plugin.auth.local;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** The hashes that existing installations keep: read, never made. */
final class Bcrypt {

    private static final int MAX_COST = 14;
    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");

    private Bcrypt() {}

    static boolean isOne(String hash) {
        Matcher matcher = FORM.matcher(hash);
        return matcher.matches() && Integer.parseInt(matcher.group(1)) <= MAX_COST;
    }

    static boolean matches(String hash, String password) {
        return isOne(hash) && OpenBSDBCrypt.checkPassword(hash, password.toCharArray());
    }
}
