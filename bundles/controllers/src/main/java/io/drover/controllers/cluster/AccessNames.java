package io.drover.controllers.cluster;

import io.drover.controllers.agent.Fingerprints;
import java.util.HexFormat;

/** Names of what is made in clusters, as other tools of this API's family know them. */
final class AccessNames {

    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int SHORT = 10;

    private AccessNames() {}

    static String clusterRoleBinding(String role, String subjectKind, String subject) {
        return "crb-" + shortHash("ClusterRole" + role + subjectKind + subject);
    }

    static String globalAdministrator(String subjectKind, String subject) {
        return "globaladmin-" + (subjectKind.equals("Group") ? "u-" + shortHash(subject) : subject);
    }

    /** As it is if shorter than 64 characters; else its beginning and a hash, so that it may be a label's value. */
    static String labelValue(String text) {
        if (text.length() < 64) {
            return text;
        }
        String hash = HexFormat.of().formatHex(Fingerprints.sha256(text));
        char last = text.charAt(56);
        boolean plain = last >= 'a' && last <= 'z' || last >= '0' && last <= '9';
        return plain
                ? text.substring(0, 57) + "-" + hash.substring(0, 5)
                : text.substring(0, 56) + "-" + hash.substring(0, 6);
    }

    /** First ten characters of the SHA-256 in lower-case base32. */
    private static String shortHash(String text) {
        byte[] hash = Fingerprints.sha256(text);
        StringBuilder letters = new StringBuilder(SHORT);
        int bits = 0;
        int held = 0;
        for (int i = 0; letters.length() < SHORT; i++) {
            bits = (bits << 8 | hash[i] & 0xff) & 0xfff;
            held += 8;
            while (held >= 5 && letters.length() < SHORT) {
                held -= 5;
                letters.append(BASE32.charAt(bits >> held & 31));
            }
        }
        return letters.toString();
    }
}
