package io.drover.apiserver.cel;

import io.drover.apiserver.cel.Values.Bytes;
import io.drover.apiserver.cel.Values.UInt;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes a text apart into tokens. */
final class Lexer {

    private static final List<String> OPERATORS = List.of(
            "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")",
            "[", "]", "{", "}");

    enum Kind {
        NAME,
        LITERAL,
        OPERATOR,
        END
    }

    /** @param value of a literal */
    record Token(Kind kind, int at, String text, Object value) {}

    private final Source source;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(Source source) {
        this.source = source;
        this.text = source.text();
    }

    static List<Token> tokens(Source source) {
        Lexer lexer = new Lexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (true) {
            skipBlanks();
            if (at >= text.length()) {
                tokens.add(new Token(Kind.END, at, "<EOF>", null));
                return;
            }
            char c = text.charAt(at);
            if (isQuoteStart()) {
                quoted();
            } else if (isNameStart(c)) {
                name();
            } else if (isDigit(c) || (c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1)))) {
                number();
            } else {
                operator();
            }
        }
    }

    private void skipBlanks() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else {
                return;
            }
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private void name() {
        int start = at;
        while (at < text.length() && (isNameStart(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
        String name = text.substring(start, at);
        switch (name) {
            case "true", "false" -> tokens.add(new Token(Kind.LITERAL, start, name, name.equals("true")));
            case "null" -> tokens.add(new Token(Kind.LITERAL, start, name, Values.NULL));
            case "in" -> tokens.add(new Token(Kind.OPERATOR, start, name, null));
            default -> tokens.add(new Token(Kind.NAME, start, name, null));
        }
    }

    private void number() {
        int start = at;
        boolean hex = text.startsWith("0x", at) || text.startsWith("0X", at);
        boolean fraction = false;
        if (hex) {
            at += 2;
        }
        while (at < text.length()) {
            char c = text.charAt(at);
            if (hex ? Character.digit(c, 16) >= 0 : isDigit(c)) {
                at++;
            } else if (!hex && c == '.' && !fraction && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
                fraction = true;
                at++;
            } else if (!hex && (c == 'e' || c == 'E') && isExponent(at + 1)) {
                fraction = true;
                at += 2;
            } else {
                break;
            }
        }
        String digits = text.substring(start, at);
        boolean unsigned = !fraction && at < text.length() && (text.charAt(at) == 'u' || text.charAt(at) == 'U');
        if (unsigned) {
            at++;
        }
        tokens.add(new Token(Kind.LITERAL, start, digits, value(digits, hex, fraction, unsigned, start)));
    }

    private boolean isExponent(int next) {
        return next < text.length()
                && (isDigit(text.charAt(next))
                        || ((text.charAt(next) == '-' || text.charAt(next) == '+')
                                && next + 1 < text.length()
                                && isDigit(text.charAt(next + 1))));
    }

    private Object value(String digits, boolean hex, boolean fraction, boolean unsigned, int start) {
        try {
            if (fraction) {
                return Double.valueOf(digits);
            }
            String plain = hex ? digits.substring(2) : digits;
            if (unsigned) {
                return new UInt(Long.parseUnsignedLong(plain, hex ? 16 : 10));
            }
            // The smallest number has no positive counterpart; its sign comes as a token of its own.
            if (plain.equals("9223372036854775808") || (hex && plain.equals("8000000000000000"))) {
                return Long.MIN_VALUE;
            }
            return Long.parseLong(plain, hex ? 16 : 10);
        } catch (NumberFormatException e) {
            throw source.failure(start, "Syntax error: invalid " + (unsigned ? "uint" : "int") + " literal");
        }
    }

    private boolean isQuoteStart() {
        int i = at;
        while (i < text.length() && i < at + 2 && "rRbB".indexOf(text.charAt(i)) >= 0) {
            i++;
        }
        return i < text.length() && (text.charAt(i) == '"' || text.charAt(i) == '\'');
    }

    private void quoted() {
        int start = at;
        boolean raw = false;
        boolean bytes = false;
        while (text.charAt(at) != '"' && text.charAt(at) != '\'') {
            char prefix = Character.toLowerCase(text.charAt(at++));
            raw |= prefix == 'r';
            bytes |= prefix == 'b';
        }
        String quote = text.substring(at, at + 1);
        String triple = quote.repeat(3);
        String end = text.startsWith(triple, at) ? triple : quote;
        at += end.length();
        StringBuilder content = new StringBuilder();
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        while (true) {
            if (at >= text.length() || (end.length() == 1 && text.charAt(at) == '\n')) {
                throw source.failure(
                        start, "Syntax error: token recognition error at: '" + text.substring(start, at) + "'");
            }
            if (text.startsWith(end, at)) {
                at += end.length();
                break;
            }
            int c;
            boolean octet = false;
            if (text.charAt(at) == '\\' && !raw) {
                char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
                octet = kind == 'x' || kind == 'X' || (kind >= '0' && kind <= '3');
                c = escape(start);
            } else {
                c = text.codePointAt(at);
                at += Character.charCount(c);
            }
            if (!bytes) {
                content.appendCodePoint(c);
            } else if (octet) {
                binary.write(c);
            } else {
                binary.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        Object value = bytes ? new Bytes(binary.toByteArray()) : content.toString();
        tokens.add(new Token(Kind.LITERAL, start, text.substring(start, at), value));
    }

    private int escape(int start) {
        at++;
        char kind = at < text.length() ? text.charAt(at++) : ' ';
        return switch (kind) {
            case 'a' -> 7;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 11;
            case '\\', '\'', '"', '`', '?' -> kind;
            case 'x', 'X' -> digits(start, 2, 16);
            case 'u' -> digits(start, 4, 16);
            case 'U' -> digits(start, 8, 16);
            case '0', '1', '2', '3' -> {
                at--;
                yield digits(start, 3, 8);
            }
            default -> throw source.failure(start, "Syntax error: token recognition error at: '\\" + kind + "'");
        };
    }

    private int digits(int start, int count, int radix) {
        try {
            int value = Integer.parseInt(text.substring(at, at + count), radix);
            at += count;
            if (value >= 0 && Character.isValidCodePoint(value)) {
                return value;
            }
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            // said below
        }
        throw source.failure(start, "Syntax error: invalid escape sequence");
    }

    private void operator() {
        for (String operator : OPERATORS) {
            if (text.startsWith(operator, at)) {
                tokens.add(new Token(Kind.OPERATOR, at, operator, null));
                at += operator.length();
                return;
            }
        }
        throw source.failure(at, "Syntax error: token recognition error at: '" + text.charAt(at) + "'");
    }
}
