namespace Peercast.WebRtc.Driver;

/// <summary>Takes what a socket receives.</summary>
internal interface IDatagramReceiver
{
    /// <summary>Some datagrams. Called on the socket's thread; they are the callee's only until it returns.</summary>
    void DatagramsReceived(DatagramSocket socket, ReceivedBatch batch);
}
