package io.drover.apiserver.cel;

import io.drover.apiserver.cel.Expr.Call;
import io.drover.apiserver.cel.Expr.Entries;
import io.drover.apiserver.cel.Expr.Entry;
import io.drover.apiserver.cel.Expr.Items;
import io.drover.apiserver.cel.Expr.Literal;
import io.drover.apiserver.cel.Expr.Message;
import io.drover.apiserver.cel.Expr.Name;
import io.drover.apiserver.cel.Expr.Select;
import io.drover.apiserver.cel.Lexer.Kind;
import io.drover.apiserver.cel.Lexer.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses by recursive descent; macros are expanded on the way. */
final class Parser {

    private static final int MAX_DEPTH = 250;
    private static final int MAX_LENGTH = 100_000;
    private static final Set<String> RESERVED = Set.of(
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");
    private static final Set<String> RELATIONS = Set.of("<", "<=", ">", ">=", "==", "!=", "in");

    private final Source source;
    private final Set<String> variables;
    private final List<Token> tokens;
    private int next;
    private int depth;

    private Parser(Source source, Set<String> variables) {
        this.source = source;
        this.variables = variables;
        this.tokens = Lexer.tokens(source);
    }

    /** @param variables some of which may have a dot in their names */
    static Expr parse(Source source, Set<String> variables) {
        if (source.text().length() > MAX_LENGTH) {
            throw new CelFailure("expression code point size exceeds limit: size: "
                    + source.text().length() + ", limit " + MAX_LENGTH);
        }
        Parser parser = new Parser(source, variables);
        Expr expression = parser.expression();
        if (parser.peek().kind() != Kind.END) {
            throw parser.unexpected();
        }
        return expression;
    }

    private Token peek() {
        return tokens.get(next);
    }

    private boolean isNext(String operator) {
        return peek().kind() == Kind.OPERATOR && peek().text().equals(operator);
    }

    private boolean accept(String operator) {
        if (isNext(operator)) {
            next++;
            return true;
        }
        return false;
    }

    private Token expect(String operator) {
        if (!isNext(operator)) {
            throw unexpected();
        }
        return tokens.get(next++);
    }

    private CelFailure unexpected() {
        return source.failure(peek().at(), "Syntax error: mismatched input '" + peek().text() + "'");
    }

    private Expr expression() {
        if (++depth > MAX_DEPTH) {
            throw source.failure(peek().at(), "expression recursion limit exceeded: " + MAX_DEPTH);
        }
        Expr condition = or();
        Expr result = condition;
        if (isNext("?")) {
            int at = expect("?").at();
            Expr yes = or();
            expect(":");
            result = new Call(at, "_?_:_", null, List.of(condition, yes, expression()));
        }
        depth--;
        return result;
    }

    private Expr or() {
        Expr left = and();
        while (isNext("||")) {
            int at = expect("||").at();
            left = binary(at, "_||_", left, and());
        }
        return left;
    }

    private Expr and() {
        Expr left = relation();
        while (isNext("&&")) {
            int at = expect("&&").at();
            left = binary(at, "_&&_", left, relation());
        }
        return left;
    }

    private Expr relation() {
        Expr left = sum();
        while (peek().kind() == Kind.OPERATOR && RELATIONS.contains(peek().text())) {
            Token operator = tokens.get(next++);
            String function = operator.text().equals("in") ? "@in" : "_" + operator.text() + "_";
            left = binary(operator.at(), function, left, sum());
        }
        return left;
    }

    private Expr sum() {
        Expr left = product();
        while (isNext("+") || isNext("-")) {
            Token operator = tokens.get(next++);
            left = binary(operator.at(), "_" + operator.text() + "_", left, product());
        }
        return left;
    }

    private Expr product() {
        Expr left = unary();
        while (isNext("*") || isNext("/") || isNext("%")) {
            Token operator = tokens.get(next++);
            left = binary(operator.at(), "_" + operator.text() + "_", left, unary());
        }
        return left;
    }

    private static Expr binary(int at, String function, Expr left, Expr right) {
        return new Call(at, function, null, List.of(left, right));
    }

    private Expr unary() {
        if (!isNext("!") && !isNext("-")) {
            return member();
        }
        Token first = peek();
        boolean odd = false;
        while (accept(first.text())) {
            odd = !odd;
        }
        boolean negation = first.text().equals("-");
        if (negation && odd && peek().kind() == Kind.LITERAL && peek().value() instanceof Number number) {
            Token literal = tokens.get(next++);
            Object value = number instanceof Long whole ? (Object) (-whole) : (Object) (-number.doubleValue());
            return members(new Literal(literal.at(), value));
        }
        Expr operand = isNext("!") || isNext("-") ? unary() : member();
        return odd ? new Call(first.at(), negation ? "-_" : "!_", null, List.of(operand)) : operand;
    }

    private Expr member() {
        return members(primary());
    }

    private Expr members(Expr start) {
        Expr left = start;
        int begun = depth;
        while (true) {
            if (isNext(".")) {
                left = afterDot(left);
            } else if (isNext("[")) {
                int at = expect("[").at();
                String function = accept("?") ? "_[?_]" : "_[_]";
                left = binary(at, function, left, expression());
                expect("]");
            } else if (isNext("{") && isTypeName(left)) {
                left = message(left);
            } else {
                depth = begun;
                return left;
            }
            if (++depth > MAX_DEPTH) {
                throw source.failure(peek().at(), "expression recursion limit exceeded: " + MAX_DEPTH);
            }
        }
    }

    private Expr afterDot(Expr left) {
        int dot = expect(".").at();
        boolean optional = accept("?");
        Token name = peek();
        if (name.kind() != Kind.NAME) {
            throw unexpected();
        }
        next++;
        if (optional) {
            return binary(dot, "_?._", left, new Literal(name.at(), name.text()));
        }
        if (!isNext("(")) {
            String whole = left instanceof Name outer ? outer.name() + "." + name.text() : "";
            return variables.contains(whole) ? new Name(left.at(), whole) : new Select(dot, left, name.text(), false);
        }
        int open = expect("(").at();
        List<Expr> arguments = list(")");
        Optional<Expr> macro = Macros.member(source, open, name.text(), left, arguments);
        return macro.orElseGet(() -> new Call(open, name.text(), left, arguments));
    }

    private Expr primary() {
        Token token = peek();
        if (token.kind() == Kind.LITERAL) {
            if (token.value().equals(Long.MIN_VALUE)) {
                throw source.failure(token.at(), "Syntax error: invalid int literal");
            }
            next++;
            return new Literal(token.at(), token.value());
        }
        if (token.kind() == Kind.NAME || isNext(".")) {
            return named();
        }
        if (accept("(")) {
            Expr inner = expression();
            expect(")");
            return inner;
        }
        if (accept("[")) {
            return items(token.at());
        }
        if (accept("{")) {
            return entries(token.at());
        }
        throw unexpected();
    }

    private Expr named() {
        accept(".");
        Token name = peek();
        if (name.kind() != Kind.NAME) {
            throw unexpected();
        }
        next++;
        if (RESERVED.contains(name.text())) {
            throw source.failure(name.at(), "reserved identifier: " + name.text());
        }
        if (!isNext("(")) {
            return new Name(name.at(), name.text());
        }
        int open = expect("(").at();
        List<Expr> arguments = list(")");
        if (name.text().equals("has")) {
            return Macros.has(source, open, arguments);
        }
        return new Call(open, name.text(), null, arguments);
    }

    private List<Expr> list(String end) {
        List<Expr> all = new ArrayList<>();
        while (!isNext(end)) {
            all.add(expression());
            if (!accept(",")) {
                break;
            }
        }
        expect(end);
        return List.copyOf(all);
    }

    private Expr items(int at) {
        List<Expr> items = new ArrayList<>();
        Set<Integer> optional = new HashSet<>();
        while (!isNext("]")) {
            if (accept("?")) {
                optional.add(items.size());
            }
            items.add(expression());
            if (!accept(",")) {
                break;
            }
        }
        expect("]");
        return new Items(at, List.copyOf(items), Set.copyOf(optional));
    }

    private Expr entries(int at) {
        List<Entry> entries = new ArrayList<>();
        while (!isNext("}")) {
            boolean optional = accept("?");
            Expr key = expression();
            expect(":");
            entries.add(new Entry(key, expression(), optional));
            if (!accept(",")) {
                break;
            }
        }
        expect("}");
        return new Entries(at, List.copyOf(entries));
    }

    private static boolean isTypeName(Expr expression) {
        return expression instanceof Name
                || (expression instanceof Select select && !select.test() && isTypeName(select.operand()));
    }

    private static String typeName(Expr expression) {
        return expression instanceof Select select
                ? typeName(select.operand()) + "." + select.field()
                : ((Name) expression).name();
    }

    private Expr message(Expr type) {
        int at = expect("{").at();
        while (!isNext("}")) {
            if (peek().kind() != Kind.NAME) {
                throw unexpected();
            }
            next++;
            expect(":");
            expression();
            if (!accept(",")) {
                break;
            }
        }
        expect("}");
        return new Message(at, typeName(type));
    }
}
