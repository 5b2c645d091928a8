package ostler.vfio;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.Fence;
import ostler.inventory.ProjectId;
import ostler.inventory.ResetChoice;
import ostler.inventory.Tenant;
import ostler.pci.PciAddress;
import ostler.root.Answers;
import ostler.root.Authority;
import ostler.root.Code;
import ostler.root.OpId;
import ostler.vfio.scrub.Nonce;
import ostler.wire.Json;

/** Asks the program for things, each order with a newer fence than the one before. */
final class Caller {

  static final Members GPU = members("0000:01:00.0", "0000:01:00.1");
  static final Members MEMORY = members("0000:03:00.0");

  private static final OpId OP = new OpId(new UUID(1, 2));

  private final FakeHost host;
  private long number = 10;

  Caller(FakeHost host) {
    this.host = host;
  }

  static Members members(String... addresses) {
    return new Members(List.of(addresses).stream().map(PciAddress::parse).toList());
  }

  static Tenant tenant(String domain) {
    return new Tenant(
        new ClaimId(
            UUID.nameUUIDFromBytes(domain.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
        new ProjectId("p1"),
        new Consumer("libvirt", "domain", domain));
  }

  static Authority fence(long number) {
    return new Authority.Fenced(new Fence(1, number));
  }

  /** The next fence, newer than all before. */
  Authority next() {
    return fence(number++);
  }

  Request holders(Members members) {
    return request(Verb.HOLDERS, members, Optional.empty(), Optional.empty(), Optional.empty());
  }

  Request order(Verb verb, Members members) {
    return order(verb, members, next());
  }

  Request order(Verb verb, Members members, Authority authority) {
    return request(verb, members, Optional.of(authority), Optional.empty(), Optional.empty());
  }

  Request permit(Members members, Tenant tenant) {
    return permit(members, tenant, next());
  }

  Request permit(Members members, Tenant tenant, Authority authority) {
    return request(
        Verb.PERMIT, members, Optional.of(authority), Optional.of(tenant), Optional.empty());
  }

  Request adopt(Members members, Tenant tenant) {
    return request(Verb.ADOPT, members, Optional.of(next()), Optional.of(tenant), Optional.empty());
  }

  Request reset(Members members, ResetChoice method) {
    return request(Verb.RESET, members, Optional.of(next()), Optional.empty(), Optional.of(method));
  }

  Request state() {
    return new Request(
        Verb.STATE,
        OP,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Request request(
      Verb verb,
      Members members,
      Optional<Authority> authority,
      Optional<Tenant> claim,
      Optional<ResetChoice> reset) {
    return new Request(
        verb, OP, Optional.of(members), authority, claim, reset, Optional.<Nonce>empty());
  }

  /** One run of the program; the answer's line. */
  String run(Request request) {
    return Json.write(new Program(host.outside()).run(request).answer());
  }

  /** A run that must go well. */
  String ok(Request request) {
    return Answers.ok(new Program(host.outside()).run(request));
  }

  /** A run that must be refused with this code; the sentence. */
  String refused(Code code, Request request) {
    return Answers.refused(code, new Program(host.outside()).run(request));
  }
}
