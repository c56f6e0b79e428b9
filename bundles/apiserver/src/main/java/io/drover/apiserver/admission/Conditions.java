package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.cel.Budget;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.cel.Environment;
import io.drover.apiserver.cel.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Expressions all of which must be true for a webhook or policy to be asked. */
final class Conditions {

    private final List<Program> programs = new ArrayList<>();

    /** @throws CelFailure if one can't be compiled; what is stored was compiled before */
    Conditions(JsonNode conditions, Environment environment) {
        for (JsonNode condition : conditions) {
            programs.add(environment.compile(condition.path("expression").asText()));
        }
    }

    /**
     * Whether all hold. One that doesn't decides, even if another can't be said.
     *
     * @throws CelFailure if that can't be said
     */
    boolean hold(Map<String, ?> variables, Budget budget) {
        CelFailure failure = null;
        for (Program program : programs) {
            try {
                if (!program.isTrue(variables, budget)) {
                    return false;
                }
            } catch (CelFailure e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return true;
    }
}
