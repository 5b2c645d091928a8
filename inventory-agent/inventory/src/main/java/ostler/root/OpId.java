package ostler.root;

import java.util.UUID;

/** Which run of a verb, chosen by the caller: it stands in the answer and in the journal. */
public record OpId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
