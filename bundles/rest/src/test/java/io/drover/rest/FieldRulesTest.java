package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.kind.Field;
import io.drover.api.kind.RestType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of the body of a request, sentence by sentence of the reference. */
class FieldRulesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final RestType TYPE = RestType.of("thing", Thing.class);

    record Thing(
            @Field(required = true) String title,
            @Field(required = true) List<String> parts,
            @Field(nullable = false) String colour,
            @Field(options = {"north", "south"}) String side,
            @Field(nullable = false, defaultValue = "false") Boolean hidden,
            @Field(nullable = true, defaultValue = "true") Boolean enabled,
            @Field(nullable = false, defaultValue = "3", min = 1, max = 9) Integer size,
            @Field(type = "dnsLabel") String label,
            @Field(minLength = 2, maxLength = 4) String code) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what was sent is looked at before what was not
                "{'side':'up'} | InvalidOption | side",
                "{'hidden':'maybe'} | InvalidFormat | hidden",
                "{'title':'t'} | MissingRequired | parts",
                "{'title':'t','parts':[]} | MissingRequired | parts",
                "{'parts':['a']} | MissingRequired | title",
                "{'title':'t','parts':[null]} | NotNullable | parts",
                "{'title':'t','parts':['a'],'colour':''} | NotNullable | colour",
                "{'title':'t','parts':['a'],'colour':null} | NotNullable | colour",
                "{'title':'t','parts':['a'],'hidden':null} | NotNullable | hidden",
                "{'title':'t','parts':['a'],'size':null} | NotNullable | size",
                "{'title':'t','parts':['a'],'size':0} | MinLimitExceeded | size",
                "{'title':'t','parts':['a'],'size':10} | MaxLimitExceeded | size",
                "{'title':'t','parts':['a'],'size':'many'} | InvalidFormat | size",
                "{'title':'t','parts':['a'],'label':'Upper'} | InvalidFormat | label",
                "{'title':'t','parts':['a'],'code':'x'} | MinLengthExceeded | code",
                "{'title':'t','parts':['a'],'code':'xxxxx'} | MaxLengthExceeded | code"
            })
    void whatCanNotBeCreated(String body, String code, String field) throws Exception {
        ObjectNode sent = read(body);

        DroverException refused = catchThrowableOfType(DroverException.class, () -> FieldRules.forCreate(TYPE, sent));

        assertThat(refused).isNotNull();
        assertThat(refused.code()).hasValue(code);
        assertThat(refused.field()).hasValue(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'title':'t','parts':['a']} " + "| {'title':'t','parts':['a'],'hidden':false,'enabled':true,'size':3}",
                "{'title':'','parts':'a','side':'','hidden':'','size':'','none':1} "
                        + "| {'title':'','parts':['a'],'side':'','hidden':false,'enabled':true,'size':3}",
                "{'title':5,'parts':[1],'hidden':'true','size':'7','side':null,'enabled':null} "
                        + "| {'title':'5','parts':['1'],'side':null,'hidden':true,'enabled':null,'size':7}"
            })
    void whatIsMadeOfABody(String body, String made) throws Exception {
        assertThat(FieldRules.forCreate(TYPE, read(body)))
                .hasToString(read(made).toString());
    }

    @Test
    void aChangeHasNoDefaultsAndNeedsNothing() throws Exception {
        assertThat(FieldRules.forUpdate(TYPE, read("{'side':'south','parts':[]}")))
                .hasToString(read("{'parts':[],'side':'south'}").toString());
    }

    private static ObjectNode read(String json) throws Exception {
        return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    }
}
