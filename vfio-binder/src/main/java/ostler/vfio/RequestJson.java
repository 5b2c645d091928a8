package ostler.vfio;

import java.util.Optional;
import ostler.inventory.ResetChoice;
import ostler.inventory.Tenant;
import ostler.inventory.UnitJson;
import ostler.pci.PciAddress;
import ostler.root.RequestParts;
import ostler.root.Word;
import ostler.vfio.scrub.Nonce;
import ostler.wire.Json;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/** Requests as they come over standard input. */
final class RequestJson {

  private static final int VERSION = 1;

  private RequestJson() {}

  /**
   * Reads a request.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  static Request read(byte[] document) throws WireException {
    return Json.read(document, RequestParts.LIMITS, RequestJson::request);
  }

  private static Request request(JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    Verb verb = in.value("verb", text -> Verb.of(new Word(text)), "a verb of this program");
    Optional<Members> members =
        verb == Verb.STATE
            ? Optional.empty()
            : Optional.of(new Members(in.values("members", PciAddress::tryParse, "a PCI address")));
    Request request =
        new Request(
            verb,
            RequestParts.op(in),
            members,
            RequestParts.authority(in),
            in.optionalObject("claim", RequestJson::tenant),
            in.optionalValue("method", ResetChoice::tryParse, "a reset method"),
            in.optionalValue("canary", t -> Optional.of(new Nonce(t)), "a canary"));
    in.done();
    return request;
  }

  private static Tenant tenant(JsonObject in) throws WireException {
    Tenant tenant = UnitJson.readTenant(in);
    in.done();
    return tenant;
  }
}
