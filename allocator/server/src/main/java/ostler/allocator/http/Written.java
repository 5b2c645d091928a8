package ostler.allocator.http;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;

/** A document that is JSON already. */
record Written(@JsonValue @JsonRawValue String json) {}
