package io.drover.apiserver.cel;

import io.drover.apiserver.cel.Checker.Checked;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The variables and functions that an expression may use. Immutable. */
public final class Environment {

    private static final Map<String, List<Overload>> FUNCTIONS = byName(List.of(
            StandardFunctions.all(),
            TextFunctions.all(),
            RegexFunctions.all(),
            ListFunctions.all(),
            OptionalFunctions.all(),
            UrlFunctions.all(),
            QuantityFunctions.all(),
            VersionFunctions.all(),
            NetworkFunctions.all(),
            FormatFunctions.all()));

    /** The language with Kubernetes' functions, and no variables. */
    public static final Environment KUBERNETES = new Environment(Map.of(), FUNCTIONS);

    private final Map<String, Type> variables;
    private final Map<String, List<Overload>> functions;

    private Environment(Map<String, Type> variables, Map<String, List<Overload>> functions) {
        this.variables = variables;
        this.functions = functions;
    }

    private static Map<String, List<Overload>> byName(Collection<List<Overload>> libraries) {
        Map<String, List<Overload>> functions = new HashMap<>();
        for (List<Overload> library : libraries) {
            for (Overload overload : library) {
                functions
                        .computeIfAbsent(overload.function(), f -> new ArrayList<>())
                        .add(overload);
            }
        }
        return functions;
    }

    public Environment withVariable(String name, Type type) {
        Map<String, Type> more = new LinkedHashMap<>(variables);
        more.put(name, type);
        return new Environment(Map.copyOf(more), functions);
    }

    public Environment withFunctions(List<Overload> more) {
        return new Environment(
                variables,
                byName(List.of(functions.values().stream().flatMap(List::stream).toList(), more)));
    }

    /**
     * Parses and type-checks an expression.
     *
     * @throws CelFailure with the places of all that is wrong
     */
    public Program compile(String expression) {
        Source source = new Source(expression);
        Expr parsed = Parser.parse(source, variables.keySet());
        Checked checked = Checker.check(source, parsed, variables, functions);
        return new Program(checked, variables);
    }
}
