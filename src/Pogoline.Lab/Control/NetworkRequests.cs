namespace Pogoline.Lab.Control;

/// <summary>Requests for the network interfaces of Gen 3 boards. A virtual board's have no connection.</summary>
static class NetworkRequests
{
    const uint Mtu = 1500;

    sealed record Interface(uint Index, string Name, uint Type, ReadOnlyMemory<byte> Address = default);

    public static IEnumerable<TimeSpan> List(IRunningSystem system, ControlRequest request)
    {
        var reply = new ProtoWriter();
        foreach (var each in InterfacesOf(system)) reply.Part(1, Introduce(each));
        request.Finish(ControlResult.Ok, reply.Message);
        return [];
    }

    public static IEnumerable<TimeSpan> Get(IRunningSystem system, ControlRequest request)
    {
        if (!ProtoMessage.TryRead(request.Payload, [ProtoType.Varint], out var message)) request.Finish(ControlResult.BadData);
        else if (InterfacesOf(system).FirstOrDefault(each => each.Index == message.Number(1)) is not { } found) request.Finish(ControlResult.NotFound);
        else request.Finish(ControlResult.Ok, new ProtoWriter().Part(1, Introduce(found).Bytes(8, found.Address.Span).Number(9, Mtu)).Message);
        return [];
    }

    static ProtoWriter Introduce(Interface each) => new ProtoWriter().Number(1, each.Index).Text(2, each.Name).Number(3, each.Type);

    static IEnumerable<Interface> InterfacesOf(IRunningSystem system)
    {
        yield return new(1, "lo0", 1);
        if (system.MacAddress is { } address) yield return new(4, "wl3", 8, address);
        if (system.Modem is not null) yield return new(5, "pp4", 16);
    }
}
