package ostler.vfio;

import java.util.Optional;
import java.util.UUID;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.FenceJson;
import ostler.inventory.ResetChoice;
import ostler.inventory.Tenant;
import ostler.inventory.UnitJson;
import ostler.pci.PciAddress;
import ostler.vfio.scrub.Nonce;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/** Requests as they come over standard input: one JSON object of at most 64 KiB. */
final class RequestJson {

  static final JsonLimits LIMITS = new JsonLimits(64 * 1024, 6, 1024);

  private static final int VERSION = 1;

  private RequestJson() {}

  /**
   * Reads a request.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  static Request read(byte[] document) throws WireException {
    return Json.read(document, LIMITS, RequestJson::request);
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
            new OpId(in.value("op", RequestJson::uuid, "a UUID of 36 characters")),
            members,
            authority(in),
            in.optionalObject("claim", RequestJson::tenant),
            in.optionalValue("method", ResetChoice::tryParse, "a reset method"),
            in.optionalValue("canary", t -> Optional.of(new Nonce(t)), "a canary"));
    in.done();
    return request;
  }

  private static Optional<UUID> uuid(String text) {
    return ClaimId.tryParse(text).map(ClaimId::value);
  }

  private static Optional<Authority> authority(JsonObject in) throws WireException {
    Optional<Fence> fence = in.optionalObject("fence", FenceJson::read);
    Optional<Reason> reason = in.optionalObject("offline", RequestJson::offline);
    if (fence.isPresent() && reason.isPresent()) {
      throw in.refusal("offline", "is not allowed beside a fence");
    }
    return fence.<Authority>map(Authority.Fenced::new).or(() -> reason.map(Authority.Offline::new));
  }

  private static Tenant tenant(JsonObject in) throws WireException {
    Tenant tenant = UnitJson.readTenant(in);
    in.done();
    return tenant;
  }

  private static Reason offline(JsonObject in) throws WireException {
    Reason reason = new Reason(in.text("reason"));
    in.done();
    return reason;
  }
}
